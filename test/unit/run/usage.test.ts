import { expect, it } from 'vitest';
import type { LedgerEvent, Usage } from '../../../src/ledger/events.ts';
import { formatUsage, usageOfRun, usageOfTask } from '../../../src/run/usage.ts';
import { formatUsd } from '../../../src/text/format-cost.ts';
import { at, fold, launched, opened } from '../../support/run-events.ts';

const usage = (more: Partial<Usage> = {}): Usage => ({
  toolCalls: 1,
  inputTokens: 100,
  outputTokens: 20,
  cacheReadTokens: 3,
  cacheCreationTokens: 4,
  costUsd: null,
  ...more,
});
const used = (attempt: string, more: Partial<Usage>): LedgerEvent => ({
  event: 'worker.used',
  at: at(9),
  attempt,
  usage: usage(more),
  activity: null,
});
const worker = { supervisor: 'supervisor-1' };

it('adds the latest figures of each worker, and costs as far as they are known', () => {
  const state = fold(
    opened(['a', 'b', 'c']),
    launched('a', worker),
    used('call-a', { costUsd: null }),
    used('call-a', { toolCalls: 7, costUsd: 0.5 }),
    launched('b', worker),
    used('call-b', {}),
    launched('c'),
    used('call-c', { costUsd: 9 }),
  );

  expect(usageOfRun(state)).toEqual({
    toolCalls: 8,
    inputTokens: 200,
    outputTokens: 40,
    cacheReadTokens: 6,
    cacheCreationTokens: 8,
    costUsd: 0.5,
    isCostPartial: true,
  });
  const [a, b, c] = [...state.tasks.values()].map(usageOfTask);
  expect([a?.costUsd, b?.costUsd, c]).toEqual([0.5, null, null]);
  expect([a?.isCostPartial, b?.isCostPartial]).toEqual([false, true]);
});

it.each([
  [0, '$0.00'],
  [12.345, '$12.35'],
  [0.01, '$0.01'],
  [0.00028, '$0.00028'],
  [0.0001, '$0.0001'],
])('%f dollars are %s', (amount, text) => {
  expect(formatUsd(amount)).toBe(text);
});

it.each([
  [usage(), true, '127 tokens'],
  [usage({ inputTokens: 12_300, costUsd: 0.42 }), false, '12.3k tokens, $0.42'],
  [usage({ cacheReadTokens: 4_500_000, costUsd: 3 }), true, '4.5M tokens, at least $3.00'],
])('use in words', (use, isCostPartial, text) => {
  expect(formatUsage({ ...use, isCostPartial })).toBe(text);
});
