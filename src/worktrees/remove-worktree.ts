import { existsSync } from 'node:fs';
import { type GitOptions, gitOrThrow } from '../platform/git.ts';
import { commit } from '../store/commit.ts';
import type { Host } from '../store/host.ts';
import type { RunHandle } from '../store/run-handle.ts';
import { worktreePath } from '../store/run-paths.ts';
import { measureChanges } from './commits/measure-changes.ts';
import { headCommit } from './commits/refs.ts';

/**
 * After a task: removes its worktree if nothing changed there, and otherwise records the size of the
 * changes. Changes may be on the branch alone.
 */
export async function cleanUpWorktree(
  run: RunHandle,
  task: string,
  host: Host,
  options: GitOptions,
): Promise<void> {
  const worktree = run.state.worktrees.get(task);
  const path = worktreePath(run.paths, task);
  if (!worktree || !existsSync(path)) return;
  const { branch, base } = worktree;
  const writes = run.state.tasks.get(task)?.plan.writes ?? [];
  const changes = await measureChanges(path, { base, writes }, options);
  const head = await gitOrThrow(path, ['rev-parse', 'HEAD'], options);
  const kept = await headCommit(path, branch, options);
  const isAtBase = head === base && (kept === null || kept === base);
  if (changes.files === 0 && changes.isCommitted && isAtBase) {
    await removeWorktree(run.paths.root, path, branch, 'clean');
    return commit(run, [{ event: 'worktree.removed', at: host.now(), task }], host);
  }
  commit(run, [{ event: 'worktree.measured', at: host.now(), task, ...changes }], host);
}

/**
 * Removes a worktree and its branch.
 * @param how `clean`: git refuses if there are uncommitted changes
 */
export async function removeWorktree(
  root: string,
  path: string,
  branch: string,
  how: 'clean' | 'forced',
): Promise<void> {
  const force = how === 'forced' ? ['--force', '--force'] : [];
  await gitOrThrow(root, ['worktree', 'remove', ...force, path]);
  if (await headCommit(root, branch)) await gitOrThrow(root, ['branch', '-D', '--quiet', branch]);
}
