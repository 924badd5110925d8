import type { Task } from '../plan/plan-schema.ts';
import { budgetLeft } from '../run/budget.ts';
import type { RunState } from '../run/run-state.ts';
import { taskStatuses } from '../run/task-status.ts';
import { formatUsd, usageOfTask } from '../run/usage.ts';
import { loadRun, type RunHandle } from '../store/run-handle.ts';
import { listRuns } from '../store/run-index.ts';
import { runPaths } from '../store/run-paths.ts';
import { plural } from '../text/format.ts';

/** Only this many of the newest runs are considered. */
const RUNS = 20;

/**
 * Estimates the cost of the rest of a run from completed tasks with the same agent and tier in
 * earlier runs.
 * @param isFresh whether reports of earlier runs are not reused
 * @param budget of the whole run in US dollars; null for none
 * @returns a line for people; null if there is no such task
 */
export function estimateCost(
  run: RunHandle,
  isFresh: boolean,
  budget: number | null,
): string | null {
  const statuses = taskStatuses(run.state);
  const unfinished = [...run.state.tasks.values()].filter(
    ({ plan }) => statuses.get(plan.id) !== 'completed',
  );
  const earlier = costsByKind(run);
  const known = unfinished.flatMap(({ plan }) => earlier.get(kindOf(plan)) ?? []);
  if (known.length === 0) return null;
  const total = known.reduce((sum, { mean }) => sum + mean, 0);
  const of =
    known.length < unfinished.length ? ` for ${known.length} of ${unfinished.length} tasks` : '';
  const base = [...new Set(known)].reduce((sum, { count }) => sum + count, 0);
  // Whether a task is reused is known only when the tasks that it needs have ended.
  const unless = isFresh ? '' : ' if nothing is reused';
  const left = budgetLeft(run.state, budget);
  const warning =
    left !== null && total > left
      ? `; that is more than the budget leaves (${formatUsd(left)}), so the run may stop before its end`
      : '';
  return `about ${formatUsd(total)}${of}${unless}, based on ${plural(base, 'earlier task')}${warning}`;
}

/** Tasks of the same kind are likely to cost the same. */
function kindOf({ agent, tier }: Task): string {
  return `${agent} ${tier}`;
}

function costsByKind(run: RunHandle): Map<string, { mean: number; count: number }> {
  const costs = new Map<string, number[]>();
  const earlier = listRuns(run.paths.root).filter((id) => id !== run.paths.run);
  for (const id of earlier.slice(-RUNS)) {
    for (const [kind, cost] of costsOf(run.paths.root, id)) {
      costs.set(kind, [...(costs.get(kind) ?? []), cost]);
    }
  }
  return new Map(
    [...costs].map(([kind, all]) => {
      const mean = all.reduce((sum, cost) => sum + cost, 0) / all.length;
      return [kind, { mean, count: all.length }];
    }),
  );
}

function costsOf(root: string, id: string): [string, number][] {
  let state: RunState;
  try {
    state = loadRun(runPaths(root, id)).state;
  } catch {
    // `swarm doctor` reports unreadable runs.
    return [];
  }
  const statuses = taskStatuses(state);
  return [...state.tasks.values()].flatMap((task) => {
    const cost = usageOfTask(task)?.costUsd;
    const isCompleted = statuses.get(task.plan.id) === 'completed';
    return isCompleted && cost ? [[kindOf(task.plan), cost] as [string, number]] : [];
  });
}
