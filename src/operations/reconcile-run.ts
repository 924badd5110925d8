import { applyEvent } from '../run/fold/fold-ledger.ts';
import type { RunState } from '../run/run-state.ts';
import { deadSessionEvents, type ProcessProbe } from './sessions.ts';

/**
 * The run with dead processes treated as interrupted, which the ledger cannot know. Nothing is written:
 * the caller may run in a container or on another host, where none of the processes exists.
 */
export function reconcileRun(state: RunState, machine: ProcessProbe): RunState {
  const events = deadSessionEvents(state, machine);
  if (events.length === 0) return state;
  const seen = structuredClone(state);
  for (const event of events) applyEvent(seen, event);
  return seen;
}
