import { expect, test } from 'vitest';
import { DEFAULT_POLICY } from '../../../src/config/resolve-policy.ts';
import type { LedgerEvent } from '../../../src/ledger/events.ts';
import type { Tier } from '../../../src/plan/plan-schema.ts';
import { foldLedger } from '../../../src/run/fold/fold-ledger.ts';
import { backoff, mayRetry, retryTime } from '../../../src/run/retry-policy.ts';
import type { RunState } from '../../../src/run/run-state.ts';
import { toStatusDocument } from '../../../src/run/status-document.ts';
import { taskStatuses } from '../../../src/run/task-status.ts';
import { outcomeLine } from '../../../src/view/status-labels.ts';

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1_000).toISOString();

function play(tier: Tier, ...events: LedgerEvent[]): RunState {
  const brief = 'Do it.';
  const task = {
    id: 'a',
    title: 'Do a',
    agent: 'swarm-worker',
    tier,
    needs: [],
    writes: [],
    check: [],
    brief,
  };
  const state = foldLedger([
    {
      event: 'run.opened',
      at: at(0),
      run: '20260101-000000-000abc',
      goal: 'g',
      quorum: 'all',
      check: [],
      context: '',
      tasks: [task, { ...task, id: 'b', needs: ['a'] }],
      policy: DEFAULT_POLICY,
      session: 's1',
    },
    ...events,
  ]);
  if (!state) throw new Error('not opened');
  return state;
}

const launch = (attempt: string, seconds: number): LedgerEvent => ({
  event: 'attempt.launched',
  at: at(seconds),
  task: 'a',
  attempt,
  session: 's1',
});

const fail = (attempt: string, seconds: number, category: 'transient' | 'fatal'): LedgerEvent => ({
  event: 'agent.ended',
  at: at(seconds),
  agentId: null,
  attempt,
  outcome: 'failed',
  category,
  message: 'API Error: 529 overloaded',
  abstract: null,
  report: null,
});

const statusOf = (state: RunState) => taskStatuses(state).get('a');
const taskOf = (state: RunState) => {
  const task = state.tasks.get('a');
  if (!task) throw new Error('no task');
  return task;
};

test('backoff grows, has a ceiling, and differs between attempts but not between readers', () => {
  const { retry } = DEFAULT_POLICY.tiers.quick;
  for (const [failures, interval] of [
    [1, 1_000],
    [2, 2_000],
    [3, 4_000],
    [9, 30_000],
  ] as const) {
    const delay = backoff(retry, failures, 'toolu_1');
    expect(delay).toBeGreaterThanOrEqual(interval * 0.75);
    expect(delay).toBeLessThanOrEqual(interval * 1.25);
    expect(backoff(retry, failures, 'toolu_1')).toBe(delay);
  }
  const delays = new Set(Array.from({ length: 50 }, (_, i) => backoff(retry, 1, `toolu_${i}`)));
  expect(delays.size).toBeGreaterThan(25);
});

test('a transient failure makes the task pending until its attempts are used up', () => {
  const once = play('medium', launch('t1', 1), fail('t1', 2, 'transient'));
  expect(statusOf(once)).toBe('pending');
  expect(mayRetry(once.opened, taskOf(once))).toBe(true);
  const twice = play(
    'medium',
    launch('t1', 1),
    fail('t1', 2, 'transient'),
    launch('t2', 10),
    fail('t2', 11, 'transient'),
  );
  expect(statusOf(twice)).toBe('failed');
  expect(taskStatuses(twice).get('b')).toBe('cancelled');
});

test('a fatal failure and a long task are not retried', () => {
  expect(statusOf(play('quick', launch('t1', 1), fail('t1', 2, 'fatal')))).toBe('failed');
  expect(statusOf(play('long', launch('t1', 1), fail('t1', 2, 'transient')))).toBe('failed');
});

test('a launch during the backoff does not count', () => {
  const state = play('medium', launch('t1', 1), fail('t1', 2, 'transient'), launch('t2', 2));
  expect(state.attempts.get('t2')?.refusal).toMatchObject({ reason: 'too-early' });
  expect(retryTime(state.opened, taskOf(state))).toBe(
    new Date(Date.parse(at(2)) + backoff(DEFAULT_POLICY.tiers.medium.retry, 1, 't1')).toISOString(),
  );
});

test('an interruption uses up no attempt, and the next one may start at once', () => {
  const ended: LedgerEvent = { event: 'session.ended', at: at(2), session: 's1', reason: 'gone' };
  const state = play('long', launch('t1', 1), ended);
  expect(statusOf(state)).toBe('pending');
  expect(retryTime(state.opened, taskOf(state))).toBeNull();
});

test('a failed or cancelled task gets one more attempt on request', () => {
  const retry: LedgerEvent = { event: 'retry.requested', at: at(3), task: 'a' };
  const cancel: LedgerEvent = { event: 'cancel.requested', at: at(3), task: null };
  expect(statusOf(play('quick', launch('t1', 1), fail('t1', 2, 'fatal'), retry))).toBe('pending');
  expect(statusOf(play('quick', cancel))).toBe('cancelled');
  expect(statusOf(play('quick', cancel, retry))).toBe('pending');
});

test('a report that arrives after a timeout is kept without effect', () => {
  const report = { path: 'results/a.late.md', bytes: 3, sha256: 'a'.repeat(64) };
  const state = play(
    'long',
    launch('t1', 1),
    { event: 'attempt.timed_out', at: at(2), attempt: 't1' },
    {
      ...(fail('t1', 3, 'transient') as Extract<LedgerEvent, { event: 'agent.ended' }>),
      outcome: 'reported',
      category: null,
      message: null,
      abstract: 'late',
      report,
    },
  );
  expect(statusOf(state)).toBe('failed');
  expect(taskOf(state).attempts[0]?.end?.category).toBe('timeout');
  expect(state.lateReports).toEqual([{ task: 'a', report }]);
});

test('overload halves how many agents run at once, a completion raises it by one', () => {
  const overloaded = play('medium', launch('t1', 1), fail('t1', 2, 'transient'));
  expect(overloaded.parallel.limit).toBe(5);
  expect(outcomeLine(toStatusDocument(overloaded))).toContain('parallel limit lowered to 5');
  const report = { path: 'results/a.md', bytes: 3, sha256: 'a'.repeat(64) };
  const recovered = play('medium', launch('t1', 1), fail('t1', 2, 'transient'), launch('t2', 9), {
    ...(fail('t2', 10, 'transient') as Extract<LedgerEvent, { event: 'agent.ended' }>),
    outcome: 'reported',
    category: null,
    message: null,
    report,
  });
  expect(recovered.parallel.limit).toBe(6);
  expect(toStatusDocument(recovered).loweredLimit).toBe(6);
  expect(statusOf(recovered)).toBe('completed');
});
