import { describe, expect, it } from 'vitest';
import { DEFAULT_WORKER_OPTIONS } from '../../../../src/claude/command-line.ts';
import type { LedgerEvent } from '../../../../src/ledger/events.ts';
import { describeRetry as describeRetryForMcp } from '../../../../src/mcp/words/describe-results.ts';
import { toStatusDocument } from '../../../../src/run/status-document.ts';
import type { RetryResult } from '../../../../src/view/results.ts';
import { describeSpentBudget } from '../../../../src/view/terminal/describe-budget.ts';
import { describeRun } from '../../../../src/view/terminal/describe-run.ts';
import { describeRunEnd } from '../../../../src/view/terminal/describe-run-end.ts';
import { renderStatus } from '../../../../src/view/terminal/render-status.ts';
import {
  at,
  completes,
  ended,
  fold,
  launched,
  makeReport,
  makeTask,
  opened,
  RUN,
  started,
} from '../../../support/run-events.ts';

const fails = (task: string) => [
  launched(task),
  ended(task, { outcome: 'failed', category: 'fatal', message: 'no' }),
];

function messageAfter(tasks: readonly string[], end: 'ended' | 'aborted' = 'ended'): string {
  return describeRunEnd(end, fold(opened(tasks), ...tasks.flatMap(fails)), 'SUMMARY.md').message;
}

it('names the command that retries every failed task', () => {
  expect(messageAfter(['a'])).toContain(`Retry: swarm retry ${RUN}/a && swarm run ${RUN}`);
  expect(messageAfter(['a', 'b'])).toContain(`Retry: swarm retry ${RUN} && swarm run ${RUN}`);
});

it('calls an interrupted run interrupted', () => {
  const { exitCode, message } = describeRunEnd('aborted', fold(opened(['a'])), 'SUMMARY.md');
  expect(exitCode).toBe(130);
  expect(message).toMatch(/^interrupted: 0 of 1 task completed, 1 pending$/m);
  expect(message).toContain(`Resume: swarm run ${RUN}`);
});

it('says how many reports were reused, and how the work is done again', () => {
  const hash = '0'.repeat(64);
  const key = { brief: hash, context: hash, agent: hash, model: hash, needs: hash };
  const reused: LedgerEvent = {
    event: 'task.reused',
    at: at(1),
    task: 'a',
    attempt: 'call-a',
    from: '20261121-181530-412abc',
    key,
    report: makeReport('a'),
    abstract: 'Done',
  };
  const { message } = describeRunEnd('ended', fold(opened(['a']), reused), 'SUMMARY.md');
  expect(message).toContain('Reused 1 report of earlier runs');
  expect(message).toContain('--fresh');
  expect(messageAfter(['a'])).not.toContain('--fresh');
});

it('names the command that retries what was cancelled on request', () => {
  const cancelled: LedgerEvent = { event: 'cancel.requested', at: at(1), task: null };
  const state = fold(opened(['a', 'b']), cancelled);
  expect(describeRunEnd('ended', state, 'SUMMARY.md').message).toContain(
    `Retry: swarm retry ${RUN} && swarm run ${RUN}`,
  );
  expect(describeRun(state)).toContain(`swarm retry ${RUN}`);
});

it('names the merge while a branch with changes was not merged', () => {
  const [base, source] = ['1'.repeat(40), '2'.repeat(40)];
  const inWorktree = (...more: LedgerEvent[]) =>
    fold(
      opened(['a']),
      { event: 'worktree.added', at: at(0), task: 'a', branch: 'swarm/r/a', base },
      ...completes('a'),
      ...more,
    );
  const committed: LedgerEvent = {
    event: 'worktree.committed',
    at: at(11),
    task: 'a',
    commit: source,
    notes: [],
  };
  const started: LedgerEvent = {
    event: 'merge.started',
    at: at(12),
    branch: 'swarm/r/merged',
    base,
    into: null,
    check: [],
  };
  const merged: LedgerEvent = {
    ...{ event: 'merge.step', at: at(13), task: 'a', outcome: 'merged' },
    ...{ tip: source, source, others: [], files: [], reason: null, results: [], output: null },
  };
  const says = (state: ReturnType<typeof fold>) => [
    describeRunEnd('ended', state, 'SUMMARY.md').message.includes(`swarm merge ${RUN}`),
    describeRun(state).includes(`swarm merge ${RUN}`),
  ];
  expect(says(inWorktree(committed))).toEqual([true, true]);
  expect(says(inWorktree())).toEqual([false, false]);
  expect(says(inWorktree(committed, started, merged))).toEqual([false, false]);
});

it('does not repeat visible text, except what was truncated', () => {
  const long = 'so many words that they do not fit the width of a terminal';
  const state = fold(
    opened(['a', 'b']),
    ...fails('a'),
    launched('b'),
    ended('b', { outcome: 'failed', category: 'fatal', message: long }),
  );
  const said = (columns: number, end: 'ended' | 'aborted' = 'ended') => {
    const view = { columns, now: 0, paint: (_: string, text: string) => text };
    const frame = renderStatus(toStatusDocument(state), view);
    return describeRunEnd(end, state, 'SUMMARY.md', frame).message.split('\n');
  };
  const last = ['Summary: SUMMARY.md', `Retry: swarm retry ${RUN} && swarm run ${RUN}`];
  expect(said(120)).toEqual(last);
  expect(said(60)).toEqual([`  b: fatal: ${long}`, ...last]);
  expect(said(120, 'aborted')[0]).toMatch(/^interrupted: 0 of 2 tasks completed, 2 failed, in /);
});

const used = (task: string, costUsd: number): LedgerEvent => ({
  event: 'worker.used',
  at: at(9),
  attempt: `call-${task}`,
  usage: {
    toolCalls: 1,
    inputTokens: 1,
    outputTokens: 1,
    cacheReadTokens: 0,
    cacheCreationTokens: 0,
    costUsd,
  },
  activity: null,
});
const supervised = (budgetUsd: number | null): LedgerEvent => ({
  event: 'supervisor.started',
  at: at(0),
  supervisor: 's',
  process: { pid: 1, startedAt: '1' },
  replaces: null,
  maxParallel: 1,
  options: { ...DEFAULT_WORKER_OPTIONS, budgetUsd },
});

describe('a run whose budget ended it', () => {
  const endOf = (budget: number, cost: number) => {
    const events = [supervised(budget), started('a'), used('a', cost)];
    const launch = launched('a', { supervisor: 's' });
    const end = ended('a', { outcome: 'failed', category: 'fatal', message: 'it cost too much' });
    return fold(opened(['a']), launch, ...events, end);
  };

  it('is retried with a higher one, since another attempt would end at once', () => {
    const state = endOf(5, 5.123);
    expect(describeRunEnd('ended', state, 'SUMMARY.md').message).toContain(
      `Retry: swarm retry ${RUN}/a && swarm run ${RUN} --budget-usd 10.13`,
    );
    expect(describeSpentBudget(state)).toBe(
      'The budget of $5.00 is spent ($5.12 used). --budget-usd 10.13 lets the run spend as much again.',
    );
    const result = retryResult('a');
    expect(describeRetryForMcp(result, state)).not.toContain('swarm_resume');
  });

  it('is not raised while something is left', () => {
    const state = endOf(5, 1);
    expect(describeSpentBudget(state)).toBeNull();
    expect(describeRunEnd('ended', state, 'SUMMARY.md').message).toMatch(/ && swarm run \S+$/m);
    expect(describeRetryForMcp(retryResult('a'), state)).toContain('swarm_resume');
  });

  it('names the limit of a task, which no option raises', () => {
    const task = makeTask('a', { budgetUsd: 0.5 });
    const state = fold(
      opened([task]),
      launched('a', { supervisor: 's' }),
      supervised(null),
      used('a', 0.51),
      ended('a', { outcome: 'failed', category: 'fatal' }),
    );
    expect(describeRunEnd('ended', state, 'SUMMARY.md').message).toContain(
      'Task a reached its budgetUsd of $0.50, which a retry has too.',
    );
  });
});

const retryResult = (task: string): RetryResult => ({
  run: RUN,
  task,
  outcome: 'allowed',
  retried: [task],
  unblocked: [],
  denied: [],
  blockedBy: null,
});
