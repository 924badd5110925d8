import { openEventLog } from '../../store/event-log.ts';
import { type OutboxEvent, outboxEvent } from './outbox-events.ts';
import { applyOutboxEvent, emptyOutbox, type OutboxState } from './outbox-state.ts';

/** Messages to other programs: a file that several processes append to, and its fold. */
export interface Outbox {
  /** Up to the last `refresh` or `append`. */
  readonly state: OutboxState;
  append(events: readonly OutboxEvent[]): void;
  /** Reads what other processes have appended. */
  refresh(): void;
}

/** Opens the outbox at a path; there need not be a file yet. */
export function openOutbox(path: string): Outbox {
  const state = emptyOutbox();
  const log = openEventLog(path, outboxEvent);
  const refresh = () => {
    for (const event of log.read()) applyOutboxEvent(state, event);
  };
  refresh();
  return {
    state,
    refresh,
    append(events) {
      log.append(events);
      refresh();
    },
  };
}
