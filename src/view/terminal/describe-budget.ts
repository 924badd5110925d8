import { raisedBudget, spentBudget } from '../../run/budget.ts';
import type { RunState } from '../../run/run-state.ts';
import type { StatusDocument } from '../../run/status-schema.ts';
import { formatUsd } from '../../run/usage.ts';

/**
 * The command that executes a run again. If its budget is spent, another attempt would end at once,
 * so the command raises it.
 */
export function runCommand(state: RunState): string {
  const spent = spentBudget(state);
  const option = spent ? ` --budget-usd ${raisedBudget(spent).toFixed(2)}` : '';
  return `swarm run ${state.opened.run}${option}`;
}

/** That the budget of a run is spent, and what helps; null for every other run. */
export function describeSpentBudget(state: RunState): string | null {
  const spent = spentBudget(state);
  if (!spent) return null;
  return `The budget of ${formatUsd(spent.budget)} is spent (${formatUsd(spent.spent)} used). --budget-usd ${raisedBudget(spent).toFixed(2)} lets the run spend as much again.`;
}

/** The failed tasks that reached a limit of the plan, which another attempt has too. */
export function describeTaskBudgets(state: RunState, { tasks }: StatusDocument): string[] {
  return tasks.flatMap(({ id, status, usage }) => {
    const limit = state.tasks.get(id)?.plan.budgetUsd;
    const isReached = limit !== undefined && (usage?.costUsd ?? 0) >= limit;
    if (status !== 'failed' || !isReached) return [];
    return [
      `Task ${id} reached its budgetUsd of ${formatUsd(limit)}, which a retry has too. Raise it in the plan and run that: completed tasks are reused.`,
    ];
  });
}
