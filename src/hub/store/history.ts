import { type EventLog, openEventLog } from '../../store/event-log.ts';
import { type HistoryEvent, historyEvent } from './history-events.ts';
import { applyHistoryEvent, emptyHistory, type HistoryState } from './history-state.ts';

/** The history of a repository's hub: a file that several processes append to, and its fold. */
export interface History {
  /** Up to the last `refresh` or `append`. */
  readonly state: HistoryState;
  readonly path: string;
  /** How many events of other processes were read so far. */
  readonly foreign: number;
  /**
   * Appends events and reads on, so that the state shows which of them had an effect.
   * @param options.durable returns only when they are on the disk
   */
  append(events: readonly HistoryEvent[], options?: { durable: boolean }): void;
  /** Reads what other processes have appended. @returns whether there was anything */
  refresh(): boolean;
}

/** Opens the history at a path; there need not be a file yet. */
export function openHistory(path: string): History {
  const state = emptyHistory();
  const log: EventLog<HistoryEvent> = openEventLog(path, historyEvent);
  let [read, own] = [0, 0];
  const refresh = () => {
    const events = log.read();
    read += events.length;
    for (const event of events) applyHistoryEvent(state, event);
    return events.length > 0;
  };
  refresh();
  return {
    state,
    path,
    get foreign() {
      return read - own;
    },
    refresh,
    append(events, options) {
      own += events.length;
      log.append(events, options);
      refresh();
    },
  };
}
