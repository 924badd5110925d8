import type { MergeStep } from '../../ledger/events.ts';
import type { RunState } from '../run-state.ts';
import { taskStatuses } from '../task-status.ts';
import { worktreesNeeded } from '../worktree-state.ts';

/** The completed tasks whose branches a merge takes: needed ones first, else in plan order. */
export function mergeOrder(state: RunState): string[] {
  const statuses = taskStatuses(state);
  const order = new Set<string>();
  const take = (task: string) => {
    if (order.has(task)) return;
    for (const need of worktreesNeeded(state, task)) take(need);
    if (statuses.get(task) === 'completed') order.add(task);
  };
  for (const task of state.tasks.keys()) if (state.worktrees.has(task)) take(task);
  return [...order];
}

/** The tasks whose changes a task began with and that were not merged. */
export function unmergedNeeds(
  state: RunState,
  task: string,
  steps: ReadonlyMap<string, Pick<MergeStep, 'outcome'>>,
): string[] {
  const found = worktreesNeeded(state, task).flatMap((need) => {
    const worktree = state.worktrees.get(need);
    const hasChanges = worktree?.commit != null || worktree?.problem != null;
    if (!hasChanges) return unmergedNeeds(state, need, steps);
    return steps.get(need)?.outcome === 'merged' ? [] : need;
  });
  return [...new Set(found)];
}
