import { existsSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EXIT, SwarmError } from '../../errors/swarm-error.ts';
import { type GitOptions, git, gitOrThrow } from '../../platform/git.ts';
import { type RunPaths, worktreesDir } from '../../store/run-paths.ts';
import { headCommit } from '../commits/refs.ts';

/** The worktree in which the branches of a run are merged. No task's id begins with a line. */
function mergeWorktreePath({ root, run }: RunPaths): string {
  return join(worktreesDir(root), run, '_merge');
}

/** Creates the worktree at a commit, on no branch. One that an interrupted merge left is replaced. */
export async function openMergeWorktree(
  paths: RunPaths,
  commit: string,
  options: GitOptions,
): Promise<string> {
  const path = mergeWorktreePath(paths);
  await closeMergeWorktree(paths);
  const add = ['worktree', 'add', '--quiet', '--force', '--force', '--detach', path, commit];
  await gitOrThrow(paths.root, add, options);
  return path;
}

/** Removes the worktree, with everything that checks left in it. */
export async function closeMergeWorktree(paths: RunPaths): Promise<void> {
  const path = mergeWorktreePath(paths);
  if (!existsSync(path)) return;
  await git(paths.root, ['worktree', 'remove', '--force', '--force', path]);
  rmSync(path, { recursive: true, force: true });
  try {
    rmdirSync(dirname(path));
  } catch {
    // It contains the worktrees of tasks.
  }
}

/**
 * Moves the merged branch.
 * @param from where it is now; null if it does not exist
 * @throws {SwarmError} if it was moved meanwhile, or somebody has checked it out
 */
export async function moveMergedBranch(
  root: string,
  branch: string,
  { from, to }: { from: string | null; to: string },
): Promise<void> {
  if (from === to) return;
  await assertNotCheckedOut(root, branch);
  const ref = `refs/heads/${branch}`;
  await gitOrThrow(root, ['update-ref', '-m', 'swarm: merge', ref, to, from ?? '']);
}

/** @throws {SwarmError} if a working tree has the branch, which would then look changed */
export async function assertNotCheckedOut(root: string, branch: string): Promise<void> {
  const path = await whereCheckedOut(root, branch);
  if (path === null) return;
  throw new SwarmError(
    `the branch ${branch} is checked out in ${path}, and a merge moves it. Switch to another branch there: git -C ${path} switch --detach`,
    EXIT.notCompleted,
  );
}

/** The working tree that has a branch; null if none has. */
export async function whereCheckedOut(root: string, branch: string): Promise<string | null> {
  const list = await gitOrThrow(root, ['worktree', 'list', '--porcelain']);
  const entry = list
    .split('\n\n')
    .map((text) => text.split('\n'))
    .find((lines) => lines.includes(`branch refs/heads/${branch}`));
  const [line = ''] = entry ?? [];
  return entry ? line.replace(/^worktree /, '') : null;
}

/** Whether a commit is in the repository. */
export async function hasCommit(root: string, commit: string): Promise<boolean> {
  return (await git(root, ['cat-file', '-e', `${commit}^{commit}`])).code === 0;
}

/** The commit of a branch that the person named. @throws {SwarmError} if there is none */
export async function commitOfBranch(root: string, branch: string): Promise<string> {
  const commit = await headCommit(root, branch);
  if (commit) return commit;
  throw new SwarmError(`--into: expected a branch of this repository, found "${branch}"`);
}
