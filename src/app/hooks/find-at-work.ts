import type { Attempt } from '../../core/attempt.ts';
import { attemptOfAgent } from '../../core/run-state.ts';
import type { TaskState } from '../../core/task-status.ts';
import type { LoadedRun } from '../../store/load-run.ts';
import { loadOpenRuns } from './record-agent.ts';

/** What an agent works on. */
export interface AtWork {
  run: LoadedRun;
  task: TaskState;
  attempt: Attempt;
}

/** @returns null for an agent of no open run */
export function findAtWork(agentId: string, root: string): AtWork | null {
  for (const run of loadOpenRuns(root)) {
    const attempt = attemptOfAgent(run.state, agentId);
    const task = attempt && run.state.tasks.get(attempt.task);
    if (attempt && task) return { run, task, attempt };
  }
  return null;
}
