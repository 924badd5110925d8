import type { Attempt } from '../run/attempt.ts';
import { latestAttempt, type TaskState } from '../run/run-state.ts';
import type { RunHandle } from '../store/run-handle.ts';

/** What an agent works on. */
export interface Assignment {
  run: RunHandle;
  task: TaskState;
  attempt: Attempt;
  /** Whether the agent is that of the attempt, and not one that works for it. */
  isOwn: boolean;
}

/** @returns null for an agent of none of the runs, nor launched by one of theirs */
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
