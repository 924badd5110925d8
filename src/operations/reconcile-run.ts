import { applyEvent } from '../run/fold/fold-ledger.ts';
import type { RunState, SeenRun } from '../run/run-state.ts';
import { deadSessionEvents, findLiveSession, type ProcessProbe } from './sessions.ts';

/**
 * The run with dead processes treated as interrupted and with its live session, which the ledger
 * cannot know. Nothing is written: the caller may run in a container or on another host, where none
 * of the processes exists.
 */
export function reconcileRun(state: RunState, machine: ProcessProbe): SeenRun {
  const events = deadSessionEvents(state, machine);
  const liveSession = findLiveSession(state, machine);
  if (events.length === 0) return liveSession === null ? state : { ...state, liveSession };
  const seen = structuredClone(state);
  for (const event of events) applyEvent(seen, event);
  return { ...seen, liveSession };
}
