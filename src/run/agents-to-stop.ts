import type { Attempt } from './attempt.ts';
import type { RunState } from './run-state.ts';

/** Whether an attempt ended by a decision of this program, which its agent may not have heard. */
export function wasEndedHere({ end }: Attempt): boolean {
  return end?.outcome === 'timeout' || end?.outcome === 'budget';
}

/**
 * Whether the work of an attempt is no longer wanted: its task was cancelled, it timed out, or the
 * budget of its run is spent.
 */
export function shouldStop(state: RunState, attempt: Attempt): boolean {
  if (attempt.end) return wasEndedHere(attempt);
  return state.tasks.get(attempt.task)?.cancelRequestedAt != null;
}

/** The ids of the agents that should stop and are not known to have ended. */
export function agentsToStop(state: RunState): string[] {
  return [...state.tasks.values()].flatMap((task) =>
    task.attempts.flatMap((attempt) => {
      const hasEnded = state.agents.get(attempt.agentId ?? '')?.ends.length;
      return shouldStop(state, attempt) && attempt.agentId && !hasEnded ? attempt.agentId : [];
    }),
  );
}

/** Those of `agentsToStop` that a conversation must stop; a supervisor stops its workers itself. */
export function subagentsToStop(state: RunState): string[] {
  return agentsToStop(state).filter((id) => !state.attempts.get(id)?.worker);
}
