import { existsSync, rmdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { SwarmError } from '../errors/swarm-error.ts';
import { askGit, runGit } from '../platform/git.ts';
import { commit } from '../store/commit.ts';
import type { Host } from '../store/host.ts';
import { pruneIdempotencyKeys } from '../store/idempotency-keys.ts';
import { loadRun, type RunHandle } from '../store/run-handle.ts';
import { runPaths } from '../store/run-paths.ts';
import type { KeptReason, PrunedWorktree, PruneResult } from '../view/results.ts';
import { type ListedWorktree, listWorktrees } from './list-worktrees.ts';
import { removeWorktree } from './remove-worktree.ts';
import { headCommit, ignoredWrites } from './snapshot.ts';

/**
 * Removes git worktrees of runs that are over, with their branches, where nothing of them would be
 * lost: all is committed, and the commits are in the checkout's history. Also forgets the keys of
 * runs that were removed.
 * @param isForced also those with changes that are nowhere else; those of open runs never
 */
export async function prune(host: Host, isForced: boolean): Promise<PruneResult> {
  const { root } = host;
  const pruned: PrunedWorktree[] = [];
  for (const worktree of listWorktrees(root)) {
    const { run, task, branch, path, isInUse } = worktree;
    const reason: KeptReason | null = isInUse
      ? { code: 'run_not_ended' }
      : await removeUnlessNeeded(host, worktree, isForced);
    pruned.push({ run, task, branch, path, outcome: reason ? 'kept' : 'removed', reason });
  }
  return { worktrees: pruned, keys: pruneIdempotencyKeys(root) };
}

async function removeUnlessNeeded(
  host: Host,
  worktree: ListedWorktree,
  isForced: boolean,
): Promise<KeptReason | null> {
  const { root } = host;
  const { path, branch } = worktree;
  try {
    const need = isForced ? null : await whyNeeded(root, worktree);
    if (need) return need;
    await removeWorktree(root, path, branch, isForced ? 'forced' : 'clean');
    removeIfEmpty(dirname(path));
    // Forced, nobody looked whether its changes are anywhere else.
    if (!isForced) recordMerged(host, worktree);
    return null;
  } catch (error) {
    if (error instanceof SwarmError) return { code: 'error', message: error.message };
    throw error;
  }
}

/** Whatever is configured to be hidden. */
const STATUS = ['status', '--porcelain', '--untracked-files=all', '--ignore-submodules=none'];

async function whyNeeded(
  root: string,
  { run, task, path, branch }: ListedWorktree,
): Promise<KeptReason | null> {
  const state = tryLoad(root, run)?.state;
  const ignored = await ignoredWrites(path, state?.tasks.get(task)?.plan.writes ?? []);
  const own = state?.supervision.options?.checkout;
  const checkout = own && existsSync(own) ? own : root;
  if ((await runGit(path, STATUS)) !== '' || ignored.length > 0) {
    return { code: 'not_committed' };
  }
  // Its task may have gone to another branch.
  const commits = [await runGit(path, ['rev-parse', 'HEAD']), await headCommit(root, branch)];
  for (const commit of commits) {
    if (!commit) continue;
    const merged = await askGit(checkout, ['merge-base', '--is-ancestor', commit, 'HEAD']);
    if (merged.code !== 0) return { code: 'not_merged' };
  }
  return null;
}

/** Its changes are in the checkout now, so the run no longer leads to a branch. */
function recordMerged(host: Host, { run: id, task }: ListedWorktree): void {
  const run = tryLoad(host.root, id);
  if (!run) return;
  commit(run, [{ event: 'worktree.removed', at: host.now(), task }], host);
}

/** @returns null for a run that was removed, or that stays for `swarm doctor` to name */
function tryLoad(root: string, run: string): RunHandle | null {
  try {
    return loadRun(runPaths(root, run));
  } catch {
    return null;
  }
}

function removeIfEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch {
    // It holds other worktrees.
  }
}
