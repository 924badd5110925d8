import { existsSync } from 'node:fs';
import { type GitOptions, gitOrThrow } from '../platform/git.ts';
import { appendToRun, type LoadedRun } from '../store/run-handle.ts';
import { worktreePath } from '../store/run-paths.ts';
import { commitOf, measureChanges } from './snapshot.ts';

/**
 * After a task: its worktree is removed when nothing was changed in it, and else measured. Its
 * branch may hold what its directory no longer shows.
 */
export async function settleWorktree(
  run: LoadedRun,
  task: string,
  { now, ...options }: GitOptions & { now(): string },
): Promise<void> {
  const worktree = run.state.worktrees.get(task);
  const path = worktreePath(run.paths, task);
  if (!worktree || !existsSync(path)) return;
  const { branch, base } = worktree;
  const writes = run.state.tasks.get(task)?.plan.writes ?? [];
  const changes = await measureChanges(path, { base, writes }, options);
  const head = await gitOrThrow(path, ['rev-parse', 'HEAD'], options);
  const kept = await commitOf(path, branch, options);
  const isAtBase = head === base && (kept === null || kept === base);
  if (changes.files === 0 && changes.isCommitted && isAtBase) {
    await removeWorktree(run.paths.root, path, branch, 'clean');
    return appendToRun(run, [{ event: 'worktree.removed', at: now(), task }]);
  }
  appendToRun(run, [{ event: 'worktree.measured', at: now(), task, ...changes }]);
}

/**
 * Removes a worktree and its branch.
 * @param how `clean`: git refuses where something is not committed
 */
export async function removeWorktree(
  root: string,
  path: string,
  branch: string,
  how: 'clean' | 'forced',
): Promise<void> {
  const force = how === 'forced' ? ['--force', '--force'] : [];
  await gitOrThrow(root, ['worktree', 'remove', ...force, path]);
  if (await commitOf(root, branch)) await gitOrThrow(root, ['branch', '-D', '--quiet', branch]);
}
