import type { Usage } from '../ledger/events.ts';
import { NOTHING_USED } from '../ledger/nothing-used.ts';
import { formatCount, formatUsd } from '../text/format-cost.ts';
import type { Attempt } from './attempt.ts';
import type { RunState, TaskState } from './run-state.ts';
import type { UsageSum } from './status-schema.ts';

/** What all attempts of a task used; null if unknown. */
export function usageOfTask(task: TaskState): UsageSum | null {
  const used = task.attempts.flatMap((attempt) => usageOfAttempt(attempt) ?? []);
  return sum(used.map((usage) => ({ ...usage, isCostPartial: isCostMissing(usage) })));
}

/** What one attempt used; null if unknown. */
export function usageOfAttempt({ worker, evidence, spent, cost }: Attempt): Usage | null {
  if (worker) return worker.usage;
  const counted = evidence?.usage ?? spent?.usage ?? null;
  if (!cost) return counted;
  return { ...(counted ?? NOTHING_USED), costUsd: cost.before + cost.latest };
}

/** What all tasks of a run used; null if unknown. */
export function usageOfRun(state: RunState): UsageSum | null {
  return sum([...state.tasks.values()].flatMap((task) => usageOfTask(task) ?? []));
}

/**
 * A worker that was killed has reported its tokens but not their cost, and of agents of a
 * conversation not every client tells it.
 */
function isCostMissing(usage: Usage): boolean {
  return usage.costUsd === null && countTokens(usage) > 0;
}

function sum(all: readonly UsageSum[]): UsageSum | null {
  const [first, ...others] = all;
  if (!first) return null;
  return others.reduce(
    (total, one) => ({
      toolCalls: total.toolCalls + one.toolCalls,
      inputTokens: total.inputTokens + one.inputTokens,
      outputTokens: total.outputTokens + one.outputTokens,
      cacheReadTokens: total.cacheReadTokens + one.cacheReadTokens,
      cacheCreationTokens: total.cacheCreationTokens + one.cacheCreationTokens,
      costUsd: addCosts(total.costUsd, one.costUsd),
      isCostPartial: total.isCostPartial || one.isCostPartial,
    }),
    first,
  );
}

function addCosts(a: number | null, b: number | null): number | null {
  return a === null ? b : a + (b ?? 0);
}

/** Such as `12.3k tokens, $0.42`, or `at least $0.42`. Tokens of the cache are included. */
export function formatUsage(usage: UsageSum): string {
  const count = countTokens(usage);
  const tokens = `${formatCount(count)} tokens`;
  if (usage.costUsd === null) return tokens;
  // The tokens of an agent that failed are not counted.
  return `${count === 0 ? '' : `${tokens}, `}${usage.isCostPartial ? 'at least ' : ''}${formatUsd(usage.costUsd)}`;
}

/** Tokens of every kind. */
export function countTokens(usage: Usage): number {
  const { inputTokens, outputTokens, cacheReadTokens, cacheCreationTokens } = usage;
  return inputTokens + outputTokens + cacheReadTokens + cacheCreationTokens;
}
