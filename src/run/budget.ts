import { formatAmount } from '../text/format-cost.ts';
import type { AttemptOutcome } from './attempt.ts';
import { memoizeByRevision } from './memoize-by-revision.ts';
import type { Budget, RunState } from './run-state.ts';
import { countTokens, usageOfRun } from './usage.ts';

/** A budget of which nothing is left. */
export interface SpentBudget {
  unit: keyof Budget;
  budget: number;
  spent: number;
}

/**
 * How many US dollars a run may still spend, according to the costs its workers have reported.
 * @param budget of the whole run; null means no limit, and so does a result of null
 */
export function budgetLeft(state: RunState, budget: number | null): number | null {
  if (budget === null) return null;
  return Math.max(0, budget - (usageOfRun(state)?.costUsd ?? 0));
}

/** Whether anything has to be counted for the budget of a run. */
export function hasBudget({ budget }: RunState): boolean {
  return budget.usd !== null || budget.tokens !== null;
}

/** @returns null if the run has no budget, or something is left of it */
export const spentBudget = memoizeByRevision((state): SpentBudget | null => {
  if (!hasBudget(state)) return null;
  const { usd, tokens } = state.budget;
  const used = usageOfRun(state);
  if (used === null) return null;
  const counted = countTokens(used);
  if (usd !== null && (used.costUsd ?? 0) >= usd)
    return { unit: 'usd', budget: usd, spent: used.costUsd ?? usd };
  return tokens !== null && counted >= tokens
    ? { unit: 'tokens', budget: tokens, spent: counted }
    : null;
});

/** Whether a conversation may launch nothing more of a run, because its budget is spent. */
export function isOutOfBudget(state: RunState): boolean {
  return state.supervision.options === null && spentBudget(state) !== null;
}

/** A budget that lets the run spend as much again, in whole cents or thousands of tokens. */
export function raisedBudget({ unit, budget, spent }: SpentBudget): number {
  const step = unit === 'usd' ? 0.01 : 1_000;
  return Math.ceil((budget + spent) / step) * step;
}

/**
 * How many US dollars one worker may spend: the budget of its task, but never more than the run has
 * left. Null means no limit.
 */
export function budgetOfWorker(ofTask: number | undefined, left: number | null): number | null {
  return ofTask === undefined || left === null ? (ofTask ?? left) : Math.min(ofTask, left);
}

/** The outcome of a task that cannot run because the budget of its run is spent. */
export function outOfBudget({
  unit,
  budget,
}: Pick<SpentBudget, 'unit' | 'budget'>): AttemptOutcome & { category: 'fatal'; message: string } {
  const message = `the run's budget of ${formatAmount(unit, budget)} is spent`;
  return { outcome: 'failed', category: 'fatal', message, text: null };
}
