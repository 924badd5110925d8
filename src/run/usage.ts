import type { Usage } from '../ledger/events.ts';
import type { RunState, TaskState } from './run-state.ts';
import type { UsageSum } from './status-schema.ts';

/** What all attempts of a task used; null if unknown. */
export function usageOfTask(task: TaskState): UsageSum | null {
  const used = task.attempts.flatMap(
    ({ worker, evidence }) => (worker ? worker.usage : evidence?.usage) ?? [],
  );
  return sum(used.map((usage) => ({ ...usage, isCostPartial: isCostMissing(usage) })));
}

/** What all tasks of a run used; null if unknown. */
export function usageOfRun(state: RunState): UsageSum | null {
  return sum([...state.tasks.values()].flatMap((task) => usageOfTask(task) ?? []));
}

/** A worker that was killed has reported its tokens but not their cost. */
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
  const tokens = `${formatCount(countTokens(usage))} tokens`;
  if (usage.costUsd === null) return tokens;
  return `${tokens}, ${usage.isCostPartial ? 'at least ' : ''}${formatUsd(usage.costUsd)}`;
}

function countTokens(usage: Usage): number {
  const { inputTokens, outputTokens, cacheReadTokens, cacheCreationTokens } = usage;
  return inputTokens + outputTokens + cacheReadTokens + cacheCreationTokens;
}

/** Formats US dollars: to the cent, or below one cent to two significant digits. */
export function formatUsd(usd: number): string {
  if (usd >= 0.01 || usd === 0) return `$${usd.toFixed(2)}`;
  const digits = Math.min(20, 1 - Math.floor(Math.log10(usd)));
  return `$${usd.toFixed(digits).replace(/0$/, '')}`;
}

/** Such as `12.3k`. */
export function formatCount(count: number): string {
  if (count < 1_000) return String(count);
  return count < 1_000_000
    ? `${(count / 1_000).toFixed(1)}k`
    : `${(count / 1_000_000).toFixed(1)}M`;
}
