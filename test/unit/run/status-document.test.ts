import { describe, expect, it } from 'vitest';
import type { LedgerEvent } from '../../../src/ledger/events.ts';
import type { Quorum } from '../../../src/plan/plan-schema.ts';
import { applyEvent } from '../../../src/run/fold/fold-ledger.ts';
import { toStatusDocument } from '../../../src/run/status-document.ts';
import { statusDocument } from '../../../src/run/status-schema.ts';
import {
  agentStarted,
  at,
  checkpoint,
  completes,
  ended,
  entryOf,
  fold,
  launched,
  makeTask,
  NO_RETRY,
  opened,
  RUN,
  sessionEnded,
  started,
} from '../../support/run-events.ts';

const fails = (task: string): LedgerEvent[] => [
  launched(task),
  ended(task, { outcome: 'failed', category: 'fatal', message: 'HTTP 400' }),
];
const isStopped = (task: string): LedgerEvent[] => [
  launched(task),
  ended(task, { outcome: 'stopped', message: 'stopped by Claude' }),
];

describe('the status document', () => {
  it('has every field for a new run', () => {
    const document = toStatusDocument(fold(opened([makeTask('a', { tier: 'quick' })])));
    expect(statusDocument.parse(document)).toEqual(document);
    expect(document).toEqual({
      version: 1,
      run: RUN,
      goal: 'Reach the goal',
      status: 'working',
      startedAt: at(0),
      endedAt: null,
      counts: { pending: 1, working: 0, input_required: 0, completed: 0, failed: 0, cancelled: 0 },
      usage: null,
      startedBy: null,
      loweredLimit: null,
      budget: null,
      pausedUntil: null,
      expectedEndAt: null,
      merge: null,
      verified: null,
      checks: [],
      tasks: [
        {
          id: 'a',
          title: 'Do a',
          agent: 'swarm-worker',
          tier: 'quick',
          needs: [],
          status: 'pending',
          percent: 0,
          message: null,
          attempts: 0,
          agentId: null,
          startedAt: null,
          endedAt: null,
          deadlineAt: null,
          result: null,
          error: null,
          reusedFrom: null,
          usage: null,
          evidence: null,
          warnings: [],
          model: null,
          verified: null,
          checks: [],
        },
      ],
    });
  });

  it('shows the progress and the deadline of a running task', () => {
    const events = [launched('a'), started('a', { at: at(500) }), checkpoint('a', 40, '4 of 10')];
    const quick = makeTask('a', { tier: 'quick' });
    expect(entryOf(fold(opened([quick]), ...events), 'a')).toMatchObject({
      status: 'working',
      percent: 40,
      message: '4 of 10',
      attempts: 1,
      agentId: 'agent-a',
      startedAt: at(500),
      deadlineAt: at(60_500),
    });
    const medium = fold(opened(['a']), ...events, agentStarted('a', { at: at(400) }));
    expect(entryOf(medium, 'a').deadlineAt).toBe(at(600_400));
  });

  it('shows that a task was interrupted, and how far it was', () => {
    const stateOf = (...more: LedgerEvent[]) =>
      fold(opened(['a']), launched('a'), ...more, sessionEnded({ at: at(60) }));
    expect(entryOf(stateOf(checkpoint('a', 40, '4 of 10')), 'a')).toMatchObject({
      status: 'pending',
      percent: 0,
      message: 'interrupted at 40%, 4 of 10; will resume',
    });
    expect(entryOf(stateOf(), 'a').message).toBe('interrupted; will resume');
  });

  it('says why a task will run again, even if its attempt ended without an error', () => {
    const again = fold(opened(['a']), ...completes('a'), {
      event: 'rerun.requested',
      at: at(20),
      task: 'a',
    });
    expect(entryOf(again, 'a')).toMatchObject({
      status: 'pending',
      message: 'will run again, as requested',
    });
    const retried = fold(
      opened(['a']),
      launched('a'),
      ended('a', { outcome: 'stopped', message: 'cancelled on request' }),
      { event: 'retry.requested', at: at(20), task: 'a' },
    );
    expect(entryOf(retried, 'a')).toMatchObject({
      status: 'pending',
      message: 'attempt 1 ended (stopped: cancelled on request); will be retried',
    });
  });

  it('shows the result of a completed task and the error of a failed one', () => {
    const state = fold(opened(['a', 'b']), ...completes('a'), ...fails('b'));
    expect(entryOf(state, 'a')).toMatchObject({
      status: 'completed',
      percent: 100,
      endedAt: at(10),
      deadlineAt: null,
      result: 'results/a.md',
      error: null,
    });
    expect(entryOf(state, 'b')).toMatchObject({
      status: 'failed',
      result: null,
      error: { category: 'fatal', message: 'HTTP 400' },
    });
  });

  it('shows tasks as cancelled if a needed one can no longer complete, with the reason', () => {
    const tasks = [makeTask('a'), makeTask('b', { needs: ['a'] }), makeTask('c', { needs: ['b'] })];
    const state = fold(opened(tasks), ...fails('a'));
    expect(entryOf(state, 'b')).toMatchObject({
      status: 'cancelled',
      message: 'needs a, which failed',
      attempts: 0,
      error: null,
    });
    expect(entryOf(state, 'c')).toMatchObject({
      status: 'cancelled',
      message: 'needs b, which was cancelled',
    });
  });

  it('shows a task as cancelled on request, whatever its agent said at its end', () => {
    const cancel = { event: 'cancel.requested', at: at(70), task: null } as const;
    const state = fold(
      opened(['a', 'b']),
      launched('a'),
      cancel,
      ended('a', { at: at(60), outcome: 'stopped', message: 'the agent ended without a report' }),
    );
    expect(entryOf(state, 'a')).toMatchObject({
      status: 'cancelled',
      message: 'cancelled on request',
    });
    expect(entryOf(state, 'b').message).toBe('cancelled on request');
    expect(toStatusDocument(state)).toMatchObject({ status: 'cancelled', endedAt: at(70) });
  });

  it('ends when every task is finished, at the time of the last end', () => {
    const working = fold(opened(['a', 'b']), ...completes('a'), launched('b'));
    expect(toStatusDocument(working)).toMatchObject({ status: 'working', endedAt: null });
    const over = fold(
      opened(['a', 'b']),
      ...completes('a'),
      launched('b'),
      ended('b', { at: at(99) }),
    );
    expect(toStatusDocument(over)).toMatchObject({ status: 'completed', endedAt: at(99) });
  });

  it.each<[Quorum, string, LedgerEvent[]]>([
    ['all', 'completed', [...completes('a'), ...completes('b'), ...completes('c')]],
    ['all', 'failed', [...completes('a'), ...completes('b'), ...fails('c')]],
    ['all', 'cancelled', [...completes('a'), ...completes('b'), ...isStopped('c')]],
    ['all', 'failed', [...completes('a'), ...fails('b'), ...isStopped('c')]],
    [2, 'completed', [...completes('a'), ...completes('b'), ...fails('c')]],
    [2, 'failed', [...completes('a'), ...fails('b'), ...fails('c')]],
    [1, 'completed', [...completes('a'), ...fails('b'), ...isStopped('c')]],
    ['34%', 'failed', [...completes('a'), ...fails('b'), ...fails('c')]],
    ['33%', 'completed', [...completes('a'), ...fails('b'), ...fails('c')]],
    [1, 'working', [...completes('a'), ...fails('b')]],
  ])('with a quorum of %s is %s', (quorum, status, events) => {
    const state = fold(opened(['a', 'b', 'c'], { quorum, policy: NO_RETRY }), ...events);
    expect(toStatusDocument(state).status).toBe(status);
  });

  it('is derived once per change of the state', () => {
    const state = fold(opened(['a']), launched('a'));
    const before = toStatusDocument(state);
    expect(toStatusDocument(state)).toBe(before);
    applyEvent(state, ended('a'));
    expect(before.status).toBe('working');
    expect(toStatusDocument(state).status).toBe('completed');
  });
});
