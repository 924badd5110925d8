import { EXIT, SwarmError } from '../../errors/swarm-error.ts';
import { type GitOptions, git, gitOrThrow } from '../../platform/git.ts';
import { branchOf } from '../../run/worktree-state.ts';
import { commit } from '../../store/commit.ts';
import type { Host } from '../../store/host.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import { worktreePath } from '../../store/run-paths.ts';

/** Merges, and leaves the conflict in the files. */
const MERGE = [
  ...['-c', 'rerere.enabled=false', '-c', 'merge.conflictStyle=diff3'],
  ...['merge', '--no-ff', '--no-commit', '--quiet', '--no-verify-signatures'],
];

/**
 * Creates the worktree of a task that resolves a conflict: at what is merged so far, with the merge of
 * the conflicting task in progress.
 * @param resolves the conflicting task
 * @returns the worktree's directory
 */
export async function createConflictWorktree(
  run: RunHandle,
  { id, resolves }: { id: string; resolves: string },
  { host, ...options }: GitOptions & { host: Host },
): Promise<string> {
  const { root, run: name } = run.paths;
  const { merge } = run.state;
  const source = merge?.steps.get(resolves)?.source;
  if (!merge || !source) {
    throw new SwarmError(`${resolves} has no conflict to resolve`, EXIT.notCompleted);
  }
  const path = worktreePath(run.paths, id);
  const branch = branchOf(name, id);
  const add = ['worktree', 'add', '--quiet', '--force', '--force', '-B', branch, path, merge.tip];
  await gitOrThrow(root, add, options);
  await git(path, [...MERGE, source], options);
  const added = { event: 'worktree.added', at: host.now(), task: id, branch } as const;
  commit(run, [{ ...added, base: merge.tip }], host);
  return path;
}
