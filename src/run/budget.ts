import type { WorkerOutcome } from '../supervisor/executor/worker-outcome.ts';
import type { RunState } from './run-state.ts';
import { formatUsd, usageOfRun } from './usage.ts';

/**
 * Dollars that a run may still cost, by what its workers told.
 * @param budget null for a run that may cost anything; then so is the result
 */
export function budgetLeft(state: RunState, budget: number | null): number | null {
  if (budget === null) return null;
  return Math.max(0, budget - (usageOfRun(state)?.costUsd ?? 0));
}

/** What one worker may cost: what its task may, and no more than the run has left. */
export function budgetOfWorker(ofTask: number | undefined, left: number | null): number | null {
  return ofTask === undefined || left === null ? (ofTask ?? left) : Math.min(ofTask, left);
}

/** What becomes of a task that a run has no money for. */
export function outOfBudget(
  budget: number,
): WorkerOutcome & { category: 'fatal'; message: string } {
  const message = `the run's budget of ${formatUsd(budget)} is reached; with more for it, \`swarm retry\` this task and go on by \`swarm run --budget-usd\``;
  return { outcome: 'failed', category: 'fatal', message, text: null };
}
