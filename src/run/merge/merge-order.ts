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
  for (const [task, { plan }] of state.tasks)
    if (state.worktrees.has(task) && !plan.resolves) take(task);
  return [...order];
}

/** The completed tasks that resolved conflicts, by the task whose branch they brought in. */
export function resolutions(state: RunState): Map<string, string> {
  const statuses = taskStatuses(state);
  const found = new Map<string, string>();
  for (const [id, { plan }] of state.tasks) {
    if (plan.resolves && statuses.get(id) === 'completed' && state.worktrees.has(id))
      found.set(plan.resolves, id);
  }
  return found;
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
