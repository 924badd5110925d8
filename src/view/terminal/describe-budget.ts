import type { Plan } from '../../plan/plan-schema.ts';
import { raisedBudget, type SpentBudget, spentBudget } from '../../run/budget.ts';
import type { RunState } from '../../run/run-state.ts';
import type { StatusDocument } from '../../run/status-schema.ts';
import { formatAmount, formatUsd } from '../../text/format-cost.ts';

/**
 * The command that executes a run again. If its budget is spent, another attempt would end at once,
 * so the command raises it.
 */
export function runCommand(state: RunState): string {
  const spent = spentBudget(state);
  return `swarm run ${state.opened.run}${spent ? ` ${raisingOption(spent)}` : ''}`;
}

/** The command that raises the spent budget of a run and continues it. */
export function raisingCommand(state: RunState, spent: SpentBudget): string {
  const { run } = state.opened;
  if (state.supervision.options) return `swarm retry ${run} && ${runCommand(state)}`;
  return `swarm retry ${run} ${raisingOption(spent)}`;
}

/** `--budget-usd 5.00`: the option that lets a run spend as much again. */
export function raisingOption(spent: SpentBudget): string {
  const raised = raisedBudget(spent);
  return spent.unit === 'usd' ? `--budget-usd ${raised.toFixed(2)}` : `--budget-tokens ${raised}`;
}

/** That the budget of a run is spent, and what helps; null for every other run. */
export function describeSpentBudget(state: RunState): string | null {
  const spent = spentBudget(state);
  if (!spent) return null;
  const { unit, budget, spent: used } = spent;
  return `The budget of ${formatAmount(unit, budget)} is spent (${formatAmount(unit, used)} used). ${raisingOption(spent)} lets the run spend as much again.`;
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

/** That a budget in dollars may not hold in a conversation; null if the plan has another limit too. */
export function describeUncertainBudget({ budgetUsd, budgetTokens }: Plan): string | null {
  if (budgetUsd === undefined || budgetTokens !== undefined) return null;
  return `budgetUsd is applied in a conversation only if Claude Code tells what its agents cost (from 2.1.330); budgetTokens is applied everywhere.`;
}
