import { plural } from '../text/format.ts';
import type { Changes, RunState } from './run-state.ts';

/** The name of the branch of a task's worktree. */
export function branchOf(run: string, task: string): string {
  return `swarm/${run}/${task}`;
}

/**
 * The tasks whose worktrees hold changes that a task must begin with. A needed task without a
 * worktree is replaced by the tasks that it needs itself.
 */
export function worktreesNeeded(state: RunState, task: string): string[] {
  const needs = state.tasks.get(task)?.plan.needs ?? [];
  const found = needs.flatMap((need) =>
    state.worktrees.has(need) ? [need] : worktreesNeeded(state, need),
  );
  return [...new Set(found)];
}

/** Such as `2 files, +10 −3`, and whether some of it is not committed. */
export function describeChanges(changes: Changes): string {
  const { files, insertions, deletions, isCommitted } = changes;
  const size = `${plural(files, 'file')}, +${insertions} −${deletions}`;
  return isCommitted ? size : `${size}, not all of it committed`;
}
