import { join } from 'node:path';
import { readRegularFile } from '../../platform/regular-file.ts';
import { attemptStart } from '../../run/attempt.ts';
import type { TaskState } from '../../run/run-state.ts';
import { toStatusDocument } from '../../run/status-document.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import type { TaskDocument } from '../../view/results.ts';
import { taskOf } from '../find-run.ts';

/** Everything that is known about a task. @throws {SwarmError} if the run has no such task */
export function showTask(run: RunHandle, id: string): TaskDocument {
  const { state, paths } = run;
  const task = taskOf(run, id);
  const status = toStatusDocument(state).tasks.find((entry) => entry.id === id);
  if (!status) throw new Error(`no task ${id} in the status document`);
  const worktree = state.worktrees.get(id);
  return {
    run: paths.run,
    ...status,
    brief: task.plan.brief.trim(),
    writes: task.plan.writes,
    history: historyOf(task),
    branch: worktree?.branch ?? null,
    commit: worktree?.commit ?? null,
    report: readReport(paths.dir, status.result),
  };
}

function historyOf({ attempts }: TaskState): TaskDocument['history'] {
  return attempts.map((attempt) => ({
    number: attempt.number,
    agentId: attempt.agentId,
    startedAt: attemptStart(attempt),
    endedAt: attempt.end?.at ?? null,
    outcome: attempt.end?.outcome ?? 'running',
    message: attempt.end?.message ?? attempt.message,
    reusedFrom: attempt.reusedFrom,
  }));
}

/** The report may have been removed since. */
function readReport(dir: string, result: string | null): string | null {
  if (result === null) return null;
  try {
    return readRegularFile(join(dir, result));
  } catch {
    return null;
  }
}
