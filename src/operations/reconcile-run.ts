import { applyEvent } from '../run/fold/fold-ledger.ts';
import type { RunState } from '../run/run-state.ts';
import { deadSessionEvents, type ProcessProbe } from './sessions.ts';

/**
 * A run as it is at this moment. No ledger tells that a process was killed, so what such a one had at
 * work counts as interrupted here. Nothing is entered: who only looks may look from a container or
 * from another machine, where none of the processes is.
 */
export function reconcileRun(state: RunState, machine: ProcessProbe): RunState {
  const events = deadSessionEvents(state, machine);
  if (events.length === 0) return state;
  const seen = structuredClone(state);
  for (const event of events) applyEvent(seen, event);
  return seen;
}
