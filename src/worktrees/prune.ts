import { existsSync, rmdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { SwarmError } from '../errors/swarm-error.ts';
import { removeRun } from '../operations/setup/remove-run.ts';
import { git, gitOrThrow } from '../platform/git.ts';
import { isEnded, toStatusDocument } from '../run/status-document.ts';
import { commit } from '../store/commit.ts';
import type { Host } from '../store/host.ts';
import { pruneIdempotencyKeys } from '../store/idempotency-keys.ts';
import { loadRun, type RunHandle } from '../store/run-handle.ts';
import { listRuns } from '../store/run-index.ts';
import { runPaths } from '../store/run-paths.ts';
import { hasScratch, removeScratch } from '../store/scratch.ts';
import { ignoredWrites } from './commits/measure-changes.ts';
import { nestedWork } from './commits/nested-work.ts';
import { headCommit } from './commits/refs.ts';
import { type ListedWorktree, listWorktrees } from './list-worktrees.ts';
import { pruneMergedBranches } from './merging/prune-merged-branches.ts';
import { removeWorktree } from './remove-worktree.ts';
import { removeSnapshots, runsWithSnapshots } from './snapshots/snapshot-ref.ts';

/** Why a worktree was not removed; `message` is git's, and only there for `removal_failed`. */
type KeepReason =
  | { code: 'run_not_ended' | 'uncommitted_changes' | 'branch_not_merged' }
  | { code: 'removal_failed'; message: string };

interface PrunedWorktree {
  run: string;
  task: string;
  branch: string;
  path: string;
  /** Null if it was removed. */
  kept: KeepReason | null;
}

export interface PruneResult {
  worktrees: PrunedWorktree[];
  /** The branches onto which runs were merged that were removed. */
  mergedBranches: string[];
  /** How many idempotency keys of deleted runs were dropped. */
  idempotencyKeys: number;
  /** The ended runs whose agents' scratch directories were removed. */
  scratch: string[];
  /** The deleted runs whose snapshots were removed. */
  snapshots: string[];
  /** The old runs that were removed, with their reports and logs. */
  runs: string[];
  /** Whether nothing was removed: the others say what would have been. */
  isDryRun: boolean;
}

export interface PruneOptions {
  /** Also removes worktrees whose changes exist nowhere else, but none of a run that has not ended. */
  isForced?: boolean;
  isDryRun?: boolean;
  /** Removes runs that ended longer ago, if they have no worktrees; milliseconds, null for none. */
  maxAge?: number | null;
  /** Called for each worktree as soon as it is decided: large ones take long to remove. */
  onWorktree?(worktree: PrunedWorktree): void;
}

/**
 * Removes the git worktrees of ended runs, with their branches, if nothing would be lost: everything
 * is committed, and the commits are in the checkout's history. Also drops the idempotency keys and
 * snapshots of deleted runs, and the scratch directories of ended ones.
 */
export async function prune(
  host: Host,
  { isForced = false, isDryRun = false, maxAge = null, onWorktree }: PruneOptions = {},
): Promise<PruneResult> {
  const { root } = host;
  const options = { isForced, isDryRun };
  const worktrees: PrunedWorktree[] = [];
  for (const worktree of listWorktrees(root)) {
    const { isInUse, ...names } = worktree;
    const kept: KeepReason | null = isInUse
      ? { code: 'run_not_ended' }
      : await removeUnlessNeeded(host, worktree, options);
    worktrees.push({ ...names, kept });
    onWorktree?.({ ...names, kept });
  }
  const mergedBranches = await pruneMergedBranches(root, options);
  const kept = worktrees.filter((worktree) => worktree.kept).map(({ run }) => run);
  const runs = maxAge === null ? [] : pruneRuns(host, new Set(kept), { maxAge, isDryRun });
  const scratch = listRuns(root).filter((run) => pruneScratch(root, run, isDryRun));
  const snapshots = await pruneSnapshots(root, isDryRun);
  const idempotencyKeys = pruneIdempotencyKeys(root, isDryRun);
  return { worktrees, mergedBranches, idempotencyKeys, scratch, snapshots, runs, isDryRun };
}

/** Removes runs that ended long ago. @returns their ids */
function pruneRuns(
  host: Host,
  withWorktrees: ReadonlySet<string>,
  { maxAge, isDryRun }: { maxAge: number; isDryRun: boolean },
): string[] {
  const newest = Date.parse(host.now()) - maxAge;
  return listRuns(host.root).filter((id) => {
    const run = withWorktrees.has(id) ? null : tryLoad(host.root, id);
    const { status, endedAt } = run ? toStatusDocument(run.state) : { status: null, endedAt: null };
    if (!run || !status || !isEnded(status) || Date.parse(endedAt ?? '') > newest) return false;
    if (!isDryRun) removeRun(run, host);
    return true;
  });
}

/** Removes the snapshots of deleted runs. @returns their ids */
async function pruneSnapshots(root: string, isDryRun: boolean): Promise<string[]> {
  const known = new Set(listRuns(root));
  const deleted = (await runsWithSnapshots(root)).filter((run) => !known.has(run));
  for (const run of isDryRun ? [] : deleted) await removeSnapshots({ root, run });
  return deleted;
}

/** @returns whether there was something to remove */
function pruneScratch(root: string, id: string, isDryRun: boolean): boolean {
  const run = tryLoad(root, id);
  if (!run || !isEnded(toStatusDocument(run.state).status) || !hasScratch(run.paths)) return false;
  if (!isDryRun) removeScratch(run.paths);
  return true;
}

async function removeUnlessNeeded(
  host: Host,
  worktree: ListedWorktree,
  { isForced, isDryRun }: { isForced: boolean; isDryRun: boolean },
): Promise<KeepReason | null> {
  const { root } = host;
  const { path, branch } = worktree;
  try {
    const reason = isForced ? null : await reasonToKeep(root, worktree);
    if (reason || isDryRun) return reason;
    await removeWorktree(root, path, branch, isForced ? 'forced' : 'clean');
    removeIfEmpty(dirname(path));
    // A forced removal did not check whether the changes are in the checkout.
    if (!isForced) recordMerged(host, worktree);
    return null;
  } catch (error) {
    if (!(error instanceof SwarmError)) throw error;
    return { code: 'removal_failed', message: error.message };
  }
}

/** Shows every change, even if the configuration hides some. */
const STATUS = ['status', '--porcelain', '--untracked-files=all', '--ignore-submodules=none'];

async function reasonToKeep(
  root: string,
  { run, task, path, branch }: ListedWorktree,
): Promise<KeepReason | null> {
  const state = tryLoad(root, run)?.state;
  const ignored = await ignoredWrites(path, state?.tasks.get(task)?.plan.writes ?? []);
  const nested = await nestedWork(path);
  if ((await gitOrThrow(path, STATUS)) !== '' || ignored.length + nested.length > 0) {
    return { code: 'uncommitted_changes' };
  }
  const original = state?.supervision.options?.checkout;
  const checkout = original && existsSync(original) ? original : root;
  // The task may have switched to another branch.
  const commits = [await gitOrThrow(path, ['rev-parse', 'HEAD']), await headCommit(root, branch)];
  for (const commit of commits) {
    if (!commit) continue;
    const merged = await git(checkout, ['merge-base', '--is-ancestor', commit, 'HEAD']);
    if (merged.code !== 0) return { code: 'branch_not_merged' };
  }
  return null;
}

/** Records that the changes are in the checkout, so that the run no longer refers to the branch. */
function recordMerged(host: Host, { run: id, task }: ListedWorktree): void {
  const run = tryLoad(host.root, id);
  if (!run) return;
  commit(run, [{ event: 'worktree.removed', at: host.now(), task }], host);
}

/** @returns null if the run was deleted, or is unreadable, which `swarm doctor` reports */
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
    // It contains other worktrees.
  }
}
