import { budgetLeft } from '../../run/budget.ts';
import type { RunState } from '../../run/run-state.ts';
import { formatUsd } from '../../run/usage.ts';

/** How to continue a run whose budget is spent; null for every other run. */
export function describeSpentBudget(state: RunState): string | null {
  const budget = state.supervision.options?.budgetUsd ?? null;
  if (budget === null || budgetLeft(state, budget) !== 0) return null;
  return `The budget of ${formatUsd(budget)} is spent: pass a higher --budget-usd to \`swarm run\`.`;
}
