import type { AttemptOutcome } from './attempt.ts';
import type { RunState } from './run-state.ts';
import { formatUsd, usageOfRun } from './usage.ts';

/**
 * How many US dollars a run may still spend, according to the costs its workers have reported.
 * @param budget of the whole run; null means no limit, and so does a result of null
 */
export function budgetLeft(state: RunState, budget: number | null): number | null {
  if (budget === null) return null;
  return Math.max(0, budget - (usageOfRun(state)?.costUsd ?? 0));
}

/** The budget of a run and what was spent, in US dollars. */
export interface SpentBudget {
  budget: number;
  spent: number;
}

/** @returns null if the run has no budget, or something is left of it */
export function spentBudget(state: RunState): SpentBudget | null {
  const budget = state.supervision.options?.budgetUsd ?? null;
  if (budget === null || budgetLeft(state, budget) !== 0) return null;
  return { budget, spent: usageOfRun(state)?.costUsd ?? budget };
}

/** A budget that lets the run spend as much again, in whole cents. */
export function raisedBudget({ budget, spent }: SpentBudget): number {
  return Math.ceil((budget + spent) * 100) / 100;
}

/**
 * How many US dollars one worker may spend: the budget of its task, but never more than the run has
 * left. Null means no limit.
 */
export function budgetOfWorker(ofTask: number | undefined, left: number | null): number | null {
  return ofTask === undefined || left === null ? (ofTask ?? left) : Math.min(ofTask, left);
}

/** The outcome of a task that cannot run because the budget of its run is spent. */
export function outOfBudget(
  budget: number,
): AttemptOutcome & { category: 'fatal'; message: string } {
  const message = `the run's budget of ${formatUsd(budget)} is spent`;
  return { outcome: 'failed', category: 'fatal', message, text: null };
}
