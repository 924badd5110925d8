import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runId } from '../ledger/events.ts';
import { NewerLedgerError } from '../ledger/format.ts';
import { taskId } from '../plan/plan-schema.ts';
import { isEnded, toStatusDocument } from '../run/status-document.ts';
import { branchOf } from '../run/worktree-state.ts';
import { loadRun } from '../store/run-handle.ts';
import { runPaths, worktreesDir } from '../store/run-paths.ts';

/** A git worktree that a run created. */
export interface ListedWorktree {
  run: string;
  task: string;
  path: string;
  branch: string;
  /** Whether its run has not ended. */
  isInUse: boolean;
}

/** Lists the worktrees that runs created and that still exist, by run and task. */
export function listWorktrees(root: string): ListedWorktree[] {
  return namesIn(worktreesDir(root)).flatMap((run) => {
    if (!runId.safeParse(run).success) return [];
    const isInUse = isUnfinished(root, run);
    return namesIn(join(worktreesDir(root), run)).flatMap((task) => {
      if (!taskId.safeParse(task).success) return [];
      const path = join(worktreesDir(root), run, task);
      return [{ run, task, path, branch: branchOf(run, task), isInUse }];
    });
  });
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).sort();
  } catch {
    return [];
  }
}

/**
 * Whether a run may still use its worktrees. One that was removed or is damaged does not; one of a
 * newer version may, so nothing of it is removed.
 */
function isUnfinished(root: string, run: string): boolean {
  try {
    return !isEnded(toStatusDocument(loadRun(runPaths(root, run)).state).status);
  } catch (error) {
    return error instanceof NewerLedgerError;
  }
}
