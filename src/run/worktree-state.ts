import { plural } from '../text/format.ts';
import { decidingAttempt } from './attempt.ts';
import type { CommitNote, RunState, Worktree } from './run-state.ts';

/** The name of the branch of a task's worktree. */
export function branchOf(run: string, task: string): string {
  return `swarm/${run}/${task}`;
}

/** The name of the branch that gets the changes of all tasks; no task's branch has the same. */
export function mergedBranchOf({ tasks, opened }: RunState): string {
  // The id of a task never begins with a line.
  return branchOf(opened.run, tasks.has('merged') ? '_merged' : 'merged');
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

/** Whether the changes of a task's last attempt were committed, as far as it made any, and measured. */
export function isReleased({ tasks, worktrees }: RunState, task: string): boolean {
  const endedAt = decidingAttempt(tasks.get(task)?.attempts ?? [])?.end?.at ?? '';
  return (worktrees.get(task)?.measuredAt ?? '') >= endedAt;
}

const NOTES: Record<CommitNote, string> = {
  unsigned: 'not signed, because signing failed',
  unknown_author: 'by swarm-parallel, because git knows no user.name and user.email',
  other_branch: 'with the commits of another branch, to which its agent switched',
};

/** Such as `2 files, +10 −3`, and what a reader of the commit should know. */
export function describeBranch({ changes, notes, problem }: Worktree): string {
  if (!changes) return '';
  const { files, insertions, deletions, isCommitted } = changes;
  const parts = [
    `${plural(files, 'file')}, +${insertions} −${deletions}`,
    ...(isCommitted ? [] : ['not all of it committed']),
    ...notes.map((note) => NOTES[note]),
    ...(problem === null ? [] : [`the commit failed: ${problem}`]),
  ];
  return parts.join(', ');
}
