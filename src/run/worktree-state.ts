import { plural } from '../text/format.ts';
import type { Changes, RunState } from './run-state.ts';

/** The branch of a task's worktree. */
export function branchOf(run: string, task: string): string {
  return `swarm/${run}/${task}`;
}

/**
 * The worktrees whose changes a task has to begin with: those of the tasks that it needs, and of
 * what these need where they have none themselves.
 */
export function worktreesNeeded(state: RunState, task: string): string[] {
  const needs = state.tasks.get(task)?.plan.needs ?? [];
  const found = needs.flatMap((need) =>
    state.worktrees.has(need) ? [need] : worktreesNeeded(state, need),
  );
  return [...new Set(found)];
}

/** `2 files, +10 −3`, and what is not committed. */
export function describeChanges(changes: Changes): string {
  const { files, insertions, deletions, isCommitted } = changes;
  const size = `${plural(files, 'file')}, +${insertions} −${deletions}`;
  return isCommitted ? size : `${size}, not all of it committed`;
}
