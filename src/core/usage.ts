import type { Usage } from '../schema/ledger-event.ts';
import type { RunState } from './run-state.ts';
import type { TaskState } from './task-status.ts';

/** What all attempts of a task used; null where none is known, as for agents of a conversation. */
export function usageOfTask(task: TaskState): Usage | null {
  return sum(task.attempts.flatMap(({ worker }) => worker?.usage ?? []));
}

export function usageOfRun(state: RunState): Usage | null {
  return sum([...state.tasks.values()].flatMap((task) => usageOfTask(task) ?? []));
}

function sum(all: readonly Usage[]): Usage | null {
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
    }),
    first,
  );
}

function addCosts(a: number | null, b: number | null): number | null {
  return a === null ? b : a + (b ?? 0);
}

/** `12.3k tokens, $0.42`; the tokens of the cache count as those read. */
export function formatUsage(usage: Usage): string {
  const { inputTokens, outputTokens, cacheReadTokens, cacheCreationTokens, costUsd } = usage;
  const tokens = inputTokens + outputTokens + cacheReadTokens + cacheCreationTokens;
  return `${formatCount(tokens)} tokens${costUsd === null ? '' : `, ${formatUsd(costUsd)}`}`;
}

/** Dollars: to the cent, smaller sums to the first two figures that count. */
export function formatUsd(usd: number): string {
  if (usd >= 0.01 || usd === 0) return `$${usd.toFixed(2)}`;
  const digits = Math.min(20, 1 - Math.floor(Math.log10(usd)));
  return `$${usd.toFixed(digits).replace(/0$/, '')}`;
}

function formatCount(count: number): string {
  if (count < 1_000) return String(count);
  return count < 1_000_000
    ? `${(count / 1_000).toFixed(1)}k`
    : `${(count / 1_000_000).toFixed(1)}M`;
}
