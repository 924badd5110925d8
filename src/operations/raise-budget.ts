import { EXIT, SwarmError } from '../errors/swarm-error.ts';
import { spentBudget } from '../run/budget.ts';
import type { Budget } from '../run/run-state.ts';
import { countTokens, usageOfRun } from '../run/usage.ts';
import { commit } from '../store/commit.ts';
import type { Host } from '../store/host.ts';
import type { RunHandle } from '../store/run-handle.ts';
import { formatAmount } from '../text/format-cost.ts';
import { raisingOption } from '../view/terminal/describe-budget.ts';

/**
 * Raises the budget of a run in a conversation, as a person asked.
 * @param raised the limits to change; one that is left out stays as it is
 * @throws {SwarmError} when the run has already used as much, or `swarm run` executes it
 */
export function raiseBudget(run: RunHandle, raised: Partial<Budget>, host: Host): void {
  const { state, paths } = run;
  if (state.supervision.options) {
    throw new SwarmError(
      `run ${paths.run} is executed by \`swarm run\`, which takes the budget itself: swarm run ${paths.run} --budget-usd …`,
    );
  }
  const used = usageOfRun(state);
  assertAbove('usd', raised.usd, used?.costUsd ?? 0);
  assertAbove('tokens', raised.tokens, used ? countTokens(used) : 0);
  const budget = { ...state.budget, ...raised };
  commit(run, [{ event: 'budget.raised', at: host.now(), ...budget }], host);
}

function assertAbove(unit: keyof Budget, budget: number | null | undefined, used: number): void {
  if (budget === undefined || budget === null || budget > used) return;
  throw new SwarmError(
    `--budget-${unit}: expected more than the run has used (${formatAmount(unit, used)}), found ${formatAmount(unit, budget)}`,
  );
}

/** @throws {SwarmError} when another attempt would not be launched, because the budget is spent */
export function assertBudgetLeft({ state, paths }: RunHandle): void {
  const spent = state.supervision.options ? null : spentBudget(state);
  if (!spent) return;
  const { unit, budget, spent: used } = spent;
  throw new SwarmError(
    `the budget of run ${paths.run} is spent: ${formatAmount(unit, used)} of ${formatAmount(unit, budget)}`,
    EXIT.humanNeeded,
    { hint: { code: 'raise_budget', run: paths.run, option: raisingOption(spent) } },
  );
}
