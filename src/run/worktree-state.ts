import type { LedgerEvent } from '../ledger/events.ts';
import { plural } from '../text/format.ts';
import type { RunState } from './run-state.ts';

/** A git worktree in which a task works alone. */
export interface Worktree {
  branch: string;
  /** The commit that it began with. */
  base: string;
  /** What was changed in it; null before that was looked at. */
  changes: Changes | null;
}

export interface Changes {
  files: number;
  insertions: number;
  deletions: number;
  isCommitted: boolean;
}

type EventOf<Name extends LedgerEvent['event']> = Extract<LedgerEvent, { event: Name }>;

export function worktreeAdded(state: RunState, event: EventOf<'worktree.added'>): void {
  const { task, branch, base } = event;
  if (state.tasks.has(task)) state.worktrees.set(task, { branch, base, changes: null });
}

export function worktreeMeasured(state: RunState, event: EventOf<'worktree.measured'>): void {
  const worktree = state.worktrees.get(event.task);
  const { files, insertions, deletions, isCommitted } = event;
  if (worktree) worktree.changes = { files, insertions, deletions, isCommitted };
}

export function worktreeRemoved(state: RunState, { task }: EventOf<'worktree.removed'>): void {
  state.worktrees.delete(task);
}

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
