import { existsSync, rmSync } from 'node:fs';
import { EXIT, SwarmError } from '../../errors/swarm-error.ts';
import { isExecuting } from '../../run/run-state.ts';
import { isEnded, toStatusDocument } from '../../run/status-document.ts';
import type { Host } from '../../store/host.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import { worktreePath } from '../../store/run-paths.ts';
import type { RemoveResult } from '../../view/results.ts';
import { reconcileRun } from '../reconcile-run.ts';

/** What keeps a run from being removed; null if nothing does. */
function reasonToKeep(run: RunHandle, host: Host): string | null {
  const state = reconcileRun(run.state, host);
  if (isExecuting(state)) return 'somebody is working on it';
  if (worktreesOf(run).length > 0) return 'it has worktrees, which `swarm prune` removes';
  return null;
}

/** The tasks whose worktrees exist: a forced removal is not in the ledger. */
function worktreesOf({ paths, state }: RunHandle): string[] {
  return [...state.worktrees.keys()].filter((task) => existsSync(worktreePath(paths, task)));
}

/**
 * Removes the files of a run. Only its last writer may still add to them, so nobody may be working on
 * it, and what it changed in worktrees must have been pruned.
 * @throws {SwarmError} if it cannot be removed
 */
export function removeRun(run: RunHandle, host: Host): RemoveResult {
  const { dir, run: id, openMarker } = run.paths;
  const reason = reasonToKeep(run, host);
  if (reason !== null) {
    throw new SwarmError(`run ${id} was not removed: ${reason}`, EXIT.notCompleted);
  }
  rmSync(openMarker, { force: true });
  rmSync(dir, { recursive: true, force: true });
  return { run: id, outcome: 'removed', dir };
}

/** Whether a run has ended, so that nothing is lost but its record. */
export function hasEnded(run: RunHandle): boolean {
  return isEnded(toStatusDocument(run.state).status);
}
