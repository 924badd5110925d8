import type { Attempt } from '../run/attempt.ts';
import { latestAttempt, type TaskState } from '../run/run-state.ts';
import type { RunHandle } from '../store/run-handle.ts';

/** The task and attempt that an agent works on. */
export interface Assignment {
  run: RunHandle;
  task: TaskState;
  attempt: Attempt;
  /** Whether it is the attempt's own agent, not a subagent of that one. */
  isOwn: boolean;
}

/** @returns null if neither the agent nor the one that launched it belongs to a run */
export function findAssignment(
  runs: readonly RunHandle[],
  agent: { id: string; session: string },
): Assignment | null {
  for (const run of runs) {
    const attempt = latestAttempt(run.state, agent);
    const task = attempt && run.state.tasks.get(attempt.task);
    if (attempt && task) return { run, task, attempt, isOwn: attempt.agentId === agent.id };
  }
  return null;
}
