import type { Attempt } from './attempt.ts';
import type { RunState } from './run-state.ts';

/** Whether the work of an attempt is no longer wanted: its task was cancelled or it timed out. */
export function shouldStop(state: RunState, { task, end }: Attempt): boolean {
  return end ? end.outcome === 'timeout' : state.tasks.get(task)?.cancelRequestedAt != null;
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
