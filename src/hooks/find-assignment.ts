import type { Attempt } from '../run/attempt.ts';
import { attemptBehind } from '../run/run-state.ts';
import type { TaskState } from '../run/task-status.ts';
import type { LoadedRun } from '../store/run-handle.ts';

/** What an agent works on. */
export interface AtWork {
  run: LoadedRun;
  task: TaskState;
  attempt: Attempt;
  /** Whether the agent is that of the attempt, and not one that works for it. */
  isOwn: boolean;
}

/** @returns null for an agent of none of the runs, nor launched by one of theirs */
export function findAtWork(
  runs: readonly LoadedRun[],
  agent: { id: string; session: string },
): AtWork | null {
  for (const run of runs) {
    const attempt = attemptBehind(run.state, agent);
    const task = attempt && run.state.tasks.get(attempt.task);
    if (attempt && task) return { run, task, attempt, isOwn: attempt.agentId === agent.id };
  }
  return null;
}
