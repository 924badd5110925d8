import type { OutboxState } from '../../notify/outbox/outbox-state.ts';
import type { OutboxEntry, OutboxView } from '../../view/triggers/trigger-views.ts';

/** Messages to other programs, as they are shown. */
export function viewOfOutbox({ messages }: OutboxState): OutboxView {
  const entries = [...messages.values()].flatMap(({ id, type, run, at, targets }) =>
    [...targets.values()].map(({ label, state, attempts, error, nextAt }) => {
      const nextAttemptAt = state === 'pending' ? new Date(nextAt).toISOString() : null;
      const entry: OutboxEntry = {
        ...{ id, event: type, run, target: label, at, attempts, error },
        nextAttemptAt,
      };
      return { state, entry };
    }),
  );
  const inState = (wanted: string) =>
    entries.filter(({ state }) => state === wanted).map(({ entry }) => entry);
  return {
    pending: inState('pending'),
    dead: inState('dead'),
    delivered: inState('delivered').length,
  };
}
