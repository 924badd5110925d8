import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, SwarmError } from '../errors/swarm-error.ts';
import { type GitOptions, git, gitOrThrow } from '../platform/git.ts';
import { branchOf, worktreesNeeded } from '../run/worktree-state.ts';
import { commit } from '../store/commit.ts';
import type { Host } from '../store/host.ts';
import type { RunHandle } from '../store/run-handle.ts';
import { worktreePath } from '../store/run-paths.ts';
import { readAuthorship } from './commits/authorship.ts';
import { commitWork } from './commits/commit-work.ts';
import { headCommit } from './commits/refs.ts';
import { createConflictWorktree } from './merging/conflict-worktree.ts';
import { removeWorktree } from './remove-worktree.ts';

/**
 * Checks that worktrees can be created from a checkout.
 * @returns how many files have uncommitted changes, which no worktree will contain
 * @throws {SwarmError} if it is not a git repository or has no commit
 */
export async function countUncommittedChanges(root: string): Promise<number> {
  if (!existsSync(join(root, '.git'))) {
    throw new SwarmError(`--worktrees needs a git repository, but ${root} is not one`);
  }
  const { code, stderr } = await git(root, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']);
  if (code !== 0) {
    // With --quiet, git prints nothing if there is no commit, but prints any other error.
    const reason = stderr.trim() || `${root} has none`;
    throw new SwarmError(`--worktrees needs a commit to start from: ${reason}`);
  }
  await checkBranchName(root);
  const changes = await gitOrThrow(root, ['status', '--porcelain', '--untracked-files=normal']);
  return changes === '' ? 0 : changes.split('\n').length;
}

/** The branches of tasks begin with `swarm/`, which git refuses beside a branch `swarm`. */
async function checkBranchName(root: string): Promise<void> {
  const { code } = await git(root, ['rev-parse', '--verify', '--quiet', 'refs/heads/swarm']);
  if (code !== 0) return;
  throw new SwarmError(
    '--worktrees needs branches named swarm/<run>/<task>, which git cannot create beside the branch "swarm"; rename that one: git branch -m swarm <name>',
  );
}

/** Forced twice: git may still list a worktree whose directory is gone, or lock an unfinished one. */
const ADD = ['worktree', 'add', '--quiet', '--force', '--force'];

/**
 * Creates the worktree of a task with the commits of the tasks that it needs, or reuses the one of an
 * earlier attempt.
 * @param checkout its commit is the start of a task that needs no other worktree
 * @returns the worktree's directory
 * @throws {SwarmError} if the changes conflict, or the signal aborts it
 */
export async function createWorktree(
  run: RunHandle,
  task: string,
  { checkout, host, ...options }: GitOptions & { checkout: string; host: Host },
): Promise<string> {
  const { root, run: id } = run.paths;
  const path = worktreePath(run.paths, task);
  const isRecorded = run.state.worktrees.has(task);
  if (isRecorded && existsSync(path)) return path;
  const branch = branchOf(id, task);
  if (isRecorded && (await headCommit(root, branch, options))) {
    await gitOrThrow(root, [...ADD, path, branch], options);
    return path;
  }
  // A worker starts only after its worktree is recorded, so an unrecorded one contains no work.
  if (existsSync(path)) await git(root, ['worktree', 'remove', '--force', '--force', path]);
  rmSync(path, { recursive: true, force: true });
  const { resolves } = run.state.tasks.get(task)?.plan ?? {};
  if (resolves) return createConflictWorktree(run, { id: task, resolves }, { host, ...options });
  const needed = worktreesNeeded(run.state, task);
  const commits: string[] = [];
  for (const need of needed) commits.push(await commitWork(run, need, { host, ...options }));
  const [start = 'HEAD', ...others] = commits;
  await gitOrThrow(checkout, [...ADD, '-B', branch, path, start], options);
  for (const commit of others) await mergeOrFail(run, { path, branch, commit, needed }, options);
  const base = await gitOrThrow(path, ['rev-parse', 'HEAD'], options);
  commit(run, [{ event: 'worktree.added', at: host.now(), task, branch, base }], host);
  return path;
}

/** Overrides whatever the user has configured for merges. */
const MERGE = ['merge', '--ff', '--quiet', '--no-gpg-sign', '--no-verify-signatures', '--no-log'];

async function mergeOrFail(
  { paths }: RunHandle,
  {
    path,
    branch,
    commit,
    needed,
  }: Record<'path' | 'branch' | 'commit', string> & { needed: string[] },
  { signal }: GitOptions,
): Promise<void> {
  const { env } = await readAuthorship(path);
  const message = `Begin with the changes of ${needed.join(', ')}`;
  const merged = await git(path, [...MERGE, '-m', message, commit], {
    env,
    ...(signal ? { signal } : {}),
  });
  if (merged.code === 0) return;
  const files = await gitOrThrow(path, ['diff', '--name-only', '--diff-filter=U']);
  // The worktree contains nothing but this merge.
  await removeWorktree(paths.root, path, branch, 'forced');
  throw new SwarmError(
    `the changes of ${needed.join(' and ')} conflict${files ? ` in ${files.split('\n').join(', ')}` : `: ${merged.stderr.trim()}`}; merge their branches, or make one task need the other`,
    EXIT.notCompleted,
  );
}
