import type { MergeStep } from '../../ledger/events.ts';
import type { RunState } from '../run-state.ts';
import { mergeOrder, unmergedNeeds } from './merge-order.ts';

/** Why the branch of a task is not merged, without trying. */
export interface Skip {
  outcome: 'skipped';
  /** The tasks whose changes it began with and that were not merged. */
  others: string[];
  /** Why it has no commit; null if another task is the reason. */
  reason: string | null;
}

/**
 * What a merge has to do about the branch of a task now.
 * @param source the commit of the task; null if there is none
 * @returns null if its last step still holds
 */
export function nextStep(
  state: RunState,
  task: string,
  source: string | null,
): Skip | 'merge' | null {
  const steps = state.merge?.steps ?? new Map<string, MergeStep>();
  const last = steps.get(task);
  const others = unmergedNeeds(state, task, steps);
  const reason =
    source === null ? (state.worktrees.get(task)?.problem ?? 'it has no commit') : null;
  if (others.length > 0 || reason !== null) {
    const skip: Skip = { outcome: 'skipped', others, reason: others.length > 0 ? null : reason };
    return last && isSame(last, skip) ? null : skip;
  }
  return last && last.outcome !== 'skipped' && last.source === source ? null : 'merge';
}

function isSame({ outcome, others, reason }: MergeStep, skip: Skip): boolean {
  return (
    outcome === 'skipped' && reason === skip.reason && others.join(' ') === skip.others.join(' ')
  );
}

/** Whether something of a merge is left to do. */
export function isMergeDue(state: RunState, sources: ReadonlyMap<string, string | null>): boolean {
  if (!state.merge?.endedAt) return true;
  return [...sources].some(([task, source]) => nextStep(state, task, source) !== null);
}

/** The completed tasks whose changes are on a branch that no merge has taken yet, in merge order. */
export function branchesToMerge(state: RunState): string[] {
  return mergeOrder(state).filter((task) => {
    const worktree = state.worktrees.get(task);
    const hasChanges = worktree?.commit != null || worktree?.problem != null;
    return hasChanges && !state.merge?.steps.has(task);
  });
}
