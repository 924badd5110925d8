import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, SwarmError } from '../errors/swarm-error.ts';
import { askGit, type GitOptions, runGit } from '../platform/git.ts';
import { branchOf, worktreesNeeded } from '../run/worktree-state.ts';
import { commit } from '../store/commit.ts';
import type { Host } from '../store/host.ts';
import type { RunHandle } from '../store/run-handle.ts';
import { worktreePath } from '../store/run-paths.ts';
import { removeWorktree } from './remove-worktree.ts';
import { AS_SWARM, headCommit, snapshot } from './snapshot.ts';

/**
 * @returns how many changes of the checkout no worktree will have
 * @throws {SwarmError} when worktrees cannot be made of it
 */
export async function checkCheckout(root: string): Promise<number> {
  if (!existsSync(join(root, '.git'))) {
    throw new SwarmError(`--worktrees needs a git repository, and ${root} is none`);
  }
  const { code, stderr } = await askGit(root, [
    'rev-parse',
    '--verify',
    '--quiet',
    'HEAD^{commit}',
  ]);
  if (code !== 0) {
    // Git is silent about a commit that is not there, and about nothing else.
    const why = stderr.trim() || `${root} has none`;
    throw new SwarmError(`--worktrees needs a commit to begin with: ${why}`);
  }
  const changes = await runGit(root, ['status', '--porcelain', '--untracked-files=normal']);
  return changes === '' ? 0 : changes.split('\n').length;
}

/** Forced twice: git may still know a worktree whose directory is gone, or that it did not finish. */
const ADD = ['worktree', 'add', '--quiet', '--force', '--force'];

/**
 * Makes the worktree of a task, with the changes of the tasks that it needs. One that an earlier
 * attempt left is used again.
 * @param checkout whose commit it begins with where it needs no other
 * @returns its directory
 * @throws {SwarmError} when those changes conflict, or it is to end
 */
export async function createWorktree(
  run: RunHandle,
  task: string,
  { checkout, host, ...options }: GitOptions & { checkout: string; host: Host },
): Promise<string> {
  const { root, run: id } = run.paths;
  const path = worktreePath(run.paths, task);
  const isEntered = run.state.worktrees.has(task);
  if (isEntered && existsSync(path)) return path;
  const branch = branchOf(id, task);
  if (isEntered && (await headCommit(root, branch, options))) {
    await runGit(root, [...ADD, path, branch], options);
    return path;
  }
  // No worker begins before its worktree is entered, so nobody's work is in one that is not.
  if (existsSync(path)) await askGit(root, ['worktree', 'remove', '--force', '--force', path]);
  rmSync(path, { recursive: true, force: true });
  const needed = worktreesNeeded(run.state, task);
  const commits: string[] = [];
  for (const need of needed) {
    const worktree = { path: worktreePath(run.paths, need), branch: branchOf(id, need) };
    commits.push(await snapshot(root, worktree, options));
  }
  const [start = 'HEAD', ...others] = commits;
  await runGit(checkout, [...ADD, '-B', branch, path, start], options);
  for (const commit of others) await mergeOrFail(run, { path, branch, commit, needed }, options);
  const base = await runGit(path, ['rev-parse', 'HEAD'], options);
  commit(run, [{ event: 'worktree.added', at: host.now(), task, branch, base }], host);
  return path;
}

/** As git does it where nothing is configured. */
const MERGE = ['merge', '--ff', '--no-edit', '--quiet', '--no-gpg-sign', '--no-verify-signatures'];

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
  const merged = await askGit(path, [...MERGE, commit], { env: AS_SWARM, signal });
  if (merged.code === 0) return;
  const files = await runGit(path, ['diff', '--name-only', '--diff-filter=U'], { signal });
  // It holds nothing but this merge.
  await removeWorktree(paths.root, path, branch, 'forced');
  throw new SwarmError(
    `the changes of ${needed.join(' and ')} conflict${files ? ` in ${files.split('\n').join(', ')}` : `: ${merged.stderr.trim()}`}; bring their branches together, or let one task need the other`,
    EXIT.notCompleted,
  );
}
