import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../../../../src/config/resolve-policy.ts';
import type { AgentOutcome, LedgerEvent } from '../../../../src/ledger/events.ts';
import { readyTasks } from '../../../../src/run/ready-tasks.ts';
import { freeSlots, type RunState } from '../../../../src/run/run-state.ts';
import { toStatusDocument } from '../../../../src/run/status-document.ts';
import {
  agentResumed,
  at,
  checkpoint,
  completes,
  ended,
  entryOf,
  fold,
  gateAsked,
  gateDecided,
  gateUsed,
  launched,
  makeReport,
  makeTask,
  NO_RETRY,
  opened,
  refused,
  sessionEnded,
  started,
  stored,
} from '../../../support/run-events.ts';

const needing = (id: string, ...needs: string[]) => makeTask(id, { needs });
const withLimit = (maxParallel: number) => ({ policy: { ...NO_RETRY, maxParallel } });
const refusalOf = (state: RunState, attempt: string) => state.attempts.get(attempt)?.refusal;

describe('a launch', () => {
  it('starts a pending task', () => {
    const state = fold(opened(['a', 'b']), launched('a'));
    expect(entryOf(state, 'a')).toMatchObject({ status: 'working', attempts: 1, startedAt: at(1) });
    expect(entryOf(state, 'b')).toMatchObject({ status: 'pending', attempts: 0, startedAt: null });
  });

  it('counts only if it is the first in the ledger, whatever its time', () => {
    const state = fold(
      opened(['a']),
      launched('a', { attempt: 'first', at: at(9) }),
      launched('a', { attempt: 'second', at: at(1) }),
      started('a', { attempt: 'second', agentId: 'agent-2' }),
      started('a', { attempt: 'first', agentId: 'agent-1' }),
    );
    expect(refusalOf(state, 'first')).toBeNull();
    expect(refusalOf(state, 'second')).toEqual({ reason: 'not-pending', status: 'working' });
    expect(entryOf(state, 'a')).toMatchObject({ attempts: 1, agentId: 'agent-1' });
  });

  it('counts once if it is in the ledger twice', () => {
    const state = fold(opened(['a']), launched('a'), launched('a'));
    expect(refusalOf(state, 'call-a')).toBeNull();
    expect(entryOf(state, 'a').attempts).toBe(1);
  });

  it.each<[string, LedgerEvent[]]>([
    ['completed', completes('a')],
    ['failed', [launched('a'), ended('a', { outcome: 'failed', category: 'fatal' })]],
    ['cancelled', [launched('a'), ended('a', { outcome: 'stopped' })]],
  ])('does not count for a task that is %s', (status, before) => {
    const state = fold(opened(['a']), ...before, launched('a', { attempt: 'again' }));
    expect(refusalOf(state, 'again')).toEqual({ reason: 'not-pending', status });
    expect(entryOf(state, 'a')).toMatchObject({ status, attempts: 1 });
  });

  it('does not count before the needs of its task are completed', () => {
    const tasks = [needing('a'), needing('b'), needing('c', 'a', 'b')];
    const early = [launched('a'), started('a'), launched('c', { attempt: 'early' })];
    const state = fold(
      opened(tasks),
      ...early,
      ended('a'),
      launched('c', { attempt: 'too early' }),
    );
    expect(refusalOf(state, 'early')).toEqual({ reason: 'needs', waitingFor: ['a', 'b'] });
    expect(refusalOf(state, 'too early')).toEqual({ reason: 'needs', waitingFor: ['b'] });
    expect(entryOf(state, 'c').status).toBe('pending');
  });

  it('does not count if a needed task can no longer complete', () => {
    const failing = ended('a', { outcome: 'failed', category: 'fatal' });
    const state = fold(
      opened([needing('a'), needing('b', 'a')]),
      launched('a'),
      failing,
      launched('b'),
    );
    expect(refusalOf(state, 'call-b')).toEqual({ reason: 'not-pending', status: 'cancelled' });
  });

  it('does not count above the limit, and counts again once an agent has ended', () => {
    const state = fold(
      opened(['a', 'b', 'c'], withLimit(2)),
      launched('a'),
      launched('b'),
      launched('c', { attempt: 'third' }),
      ended('a', { outcome: 'failed', category: 'fatal' }),
      launched('c', { attempt: 'again' }),
    );
    expect(refusalOf(state, 'third')).toEqual({ reason: 'limit', limit: 2 });
    expect(refusalOf(state, 'again')).toBeNull();
    expect(entryOf(state, 'c')).toMatchObject({ status: 'working', attempts: 1 });
    expect(freeSlots(state)).toBe(0);
  });

  it('changes nothing for an unknown task', () => {
    const state = fold(opened(['a']), launched('z'), ended('z'), checkpoint('z', 5));
    expect(state.attempts.size).toBe(0);
    expect(toStatusDocument(state)).toEqual(toStatusDocument(fold(opened(['a']))));
  });
});

describe('a refusal by the client', () => {
  it('makes the task ready again if it is temporary', () => {
    const state = fold(opened(['a', 'b'], withLimit(1)), launched('a'), refused('a'));
    expect(refusalOf(state, 'call-a')).toMatchObject({ reason: 'client' });
    expect(entryOf(state, 'a')).toMatchObject({ status: 'pending', attempts: 0 });
    expect(readyTasks(state).map((task) => task.id)).toEqual(['a']);
  });

  it('makes the next launch the first attempt if it is temporary', () => {
    const again = launched('a', { attempt: 'again' });
    const state = fold(opened(['a']), launched('a'), refused('a'), again, refused('a'));
    expect(entryOf(state, 'a')).toMatchObject({ status: 'working', attempts: 1 });
  });

  it('fails the task if it is permanent', () => {
    const refusal = refused('a', { category: 'fatal', message: "Agent type 'x' not found" });
    expect(entryOf(fold(opened(['a']), launched('a'), refusal), 'a')).toMatchObject({
      status: 'failed',
      error: { category: 'fatal', message: "Agent type 'x' not found" },
    });
  });

  it.each<[string, LedgerEvent]>([
    ['agent', started('a')],
    ['report', stored('a')],
  ])('means nothing for a launch that has an %s', (_, proof) => {
    for (const category of ['transient', 'fatal'] as const) {
      const state = fold(opened(['a']), launched('a'), proof, refused('a', { category }));
      expect(entryOf(state, 'a')).toMatchObject({ status: 'working', attempts: 1 });
    }
  });
});

describe('two facts about one end', () => {
  const ORDER: AgentOutcome[] = ['lost', 'empty', 'failed', 'stopped', 'reported'];
  const pairs = ORDER.flatMap((weak, index) =>
    ORDER.slice(index + 1).map((strong) => [weak, strong] as const),
  );
  const fact = (outcome: AgentOutcome, ms: number) =>
    ended('a', { outcome, report: null, message: outcome, at: at(ms) });
  const endOf = (...events: LedgerEvent[]) =>
    fold(opened(['a']), launched('a'), ...events).attempts.get('call-a')?.end?.outcome;

  it.each(pairs)('%s counts less than %s', (weak, strong) => {
    expect(endOf(fact(weak, 1), fact(strong, 2))).toBe(strong);
    expect(endOf(fact(weak, 2), fact(strong, 1))).toBe(strong);
    expect(endOf(fact(strong, 1), fact(weak, 2))).toBe(strong);
  });

  it('count by time if they are equally strong', () => {
    const early = ended('a', { outcome: 'failed', category: 'transient', at: at(10) });
    const late = ended('a', { outcome: 'failed', category: 'fatal', at: at(11) });
    for (const facts of [
      [early, late],
      [late, early],
    ]) {
      expect(entryOf(fold(opened(['a']), launched('a'), ...facts), 'a')).toMatchObject({
        endedAt: at(10),
        error: { category: 'transient' },
      });
    }
  });

  it('complete the task if one is a failure and one a report', () => {
    const failure = ended('a', { outcome: 'failed', category: 'transient', attempt: null });
    for (const facts of [
      [failure, ended('a')],
      [ended('a'), failure],
    ]) {
      expect(
        entryOf(fold(opened(['a']), launched('a'), started('a'), ...facts), 'a'),
      ).toMatchObject({ status: 'completed', error: null, result: 'results/a.md' });
    }
  });
});

describe('an end without a report', () => {
  it('does not complete the task, even if it is said to have reported', () => {
    const state = fold(opened(['a']), launched('a'), ended('a', { report: null }));
    expect(entryOf(state, 'a')).toMatchObject({ status: 'failed', error: { category: 'empty' } });
  });

  it.each<[AgentOutcome, string]>([
    ['failed', 'failed'],
    ['empty', 'failed'],
    ['lost', 'failed'],
    ['stopped', 'cancelled'],
  ])('by %s makes the task %s', (outcome, status) => {
    const state = fold(opened(['a']), launched('a'), ended('a', { outcome }));
    expect(entryOf(state, 'a').status).toBe(status);
  });
});

describe('an agent', () => {
  it('that ends before its attempt is known ends that attempt later', () => {
    const unknown = { attempt: null, report: makeReport('agent.agent-a') };
    const before = [opened(['a']), launched('a'), ended('a', unknown)] as const;
    expect(entryOf(fold(...before), 'a').status).toBe('working');
    expect(entryOf(fold(...before, started('a')), 'a')).toMatchObject({
      status: 'completed',
      result: 'results/agent.agent-a.md',
    });
  });

  it('of no attempt changes nothing', () => {
    const state = fold(opened(['a']), launched('a'), ended('z', { attempt: null }));
    expect(entryOf(state, 'a').status).toBe('working');
  });

  it('keeps its first task', () => {
    const other = { attempt: 'call-a', agentId: 'agent-z' };
    const state = fold(opened(['a']), launched('a'), started('a'), started('a', other));
    expect(entryOf(state, 'a').agentId).toBe('agent-a');
  });
});

describe('an agent that becomes known after its attempt timed out', () => {
  const timedOut = { event: 'attempt.timed_out', at: at(50), attempt: 'call-a' } as const;
  const unknown = (ms: number) =>
    ended('a', { attempt: null, at: at(ms), report: makeReport('agent.agent-a') });

  it('counts as in time if it ended before', () => {
    const state = fold(opened(['a']), launched('a'), unknown(40), timedOut, started('a'));
    expect(entryOf(state, 'a')).toMatchObject({
      status: 'completed',
      endedAt: at(40),
      result: 'results/agent.agent-a.md',
    });
    const failing = ended('a', { attempt: null, at: at(40), outcome: 'failed', category: 'fatal' });
    const failed = fold(opened(['a']), launched('a'), failing, timedOut, started('a'));
    expect(entryOf(failed, 'a')).toMatchObject({ status: 'failed', error: { category: 'fatal' } });
  });

  it('is late if it ended after, and its report is kept', () => {
    const state = fold(opened(['a']), launched('a'), timedOut, unknown(60), started('a'));
    expect(entryOf(state, 'a')).toMatchObject({ status: 'failed', error: { category: 'timeout' } });
    expect(state.lateReports).toEqual([{ task: 'a', report: makeReport('agent.agent-a') }]);
  });
});

describe('the end of a session', () => {
  it('interrupts its running agents and no others, which are launched again', () => {
    const state = fold(
      opened(['a', 'b', 'c', 'd']),
      launched('a'),
      launched('b', { session: 'other' }),
      ...completes('c'),
      sessionEnded(),
      launched('d'),
    );
    const statuses = toStatusDocument(state).tasks.map((task) => task.status);
    expect(statuses).toEqual(['pending', 'working', 'completed', 'working']);
    expect(readyTasks(state).map((task) => task.id)).toEqual(['a']);
  });
});

describe('a checkpoint', () => {
  it('never decreases the percentage, and keeps the last message', () => {
    const state = fold(
      opened(['a']),
      launched('a'),
      checkpoint('a', 60, 'far'),
      checkpoint('a', 20, 'back'),
    );
    expect(entryOf(state, 'a')).toMatchObject({ percent: 60, message: 'back' });
    expect(state.tasks.get('a')?.log).toMatchObject([{ percent: 60 }, { percent: 60 }]);
  });

  it('that is in the ledger twice is logged once', () => {
    const one = checkpoint('a', 60);
    const state = fold(opened(['a']), launched('a'), one, one);
    expect(state.tasks.get('a')?.log).toHaveLength(1);
  });

  it('changes nothing for a task without an attempt', () => {
    const state = fold(opened(['a']), checkpoint('a', 60));
    expect(entryOf(state, 'a')).toMatchObject({ percent: 0, message: null });
  });
});

describe('a report that arrives when no attempt is running', () => {
  it('is kept once, without effect', () => {
    const late = stored('a', { attempt: null, report: makeReport('a.late') });
    const failing = ended('a', { outcome: 'failed', category: 'fatal' });
    const state = fold(opened(['a']), launched('a'), failing, late, late);
    expect(state.lateReports).toEqual([{ task: 'a', report: makeReport('a.late') }]);
    const timedOut = { event: 'attempt.timed_out', at: at(5), attempt: 'call-a' } as const;
    const behind = ended('a', { report: makeReport('a.late') });
    const over = fold(opened(['a']), launched('a'), started('a'), timedOut, behind, behind);
    expect(over.lateReports).toEqual([{ task: 'a', report: makeReport('a.late') }]);
    expect(entryOf(state, 'a').status).toBe('failed');
  });
});

describe('a report of an earlier attempt', () => {
  const earlier = ended('a', { report: makeReport('a.late'), at: at(30) });
  const second = { attempt: 'call-2', agentId: 'agent-2' };
  const tried = [
    opened(['a'], { policy: DEFAULT_POLICY }),
    launched('a'),
    started('a'),
    ended('a', { outcome: 'lost', category: 'lost' }),
    launched('a', { attempt: 'call-2', at: at(60_000) }),
    started('a', second),
  ];
  const fails = ended('a', { ...second, outcome: 'failed', category: 'fatal', at: at(61_000) });

  it.each<[string, LedgerEvent[]]>([
    ['comes before the later one fails', [earlier, fails]],
    ['comes after', [fails, earlier]],
  ])('completes the task when it %s', (_, events) => {
    expect(entryOf(fold(...tried, ...events), 'a')).toMatchObject({
      status: 'completed',
      result: 'results/a.late.md',
      endedAt: at(30),
      attempts: 2,
    });
  });

  it('does not count while the later one is running, nor if that has a report', () => {
    expect(entryOf(fold(...tried, earlier), 'a')).toMatchObject({ status: 'working' });
    const both = fold(...tried, earlier, ended('a', second));
    expect(entryOf(both, 'a')).toMatchObject({ result: 'results/a.md', agentId: 'agent-2' });
  });

  it('does not count if its agent stopped at a gate, even an approved one', () => {
    const held = [opened(['a']), launched('a'), started('a'), gateAsked('a'), ended('a')];
    const approved = [...held, gateDecided('a', 'approved'), launched('a', { attempt: 'call-2' })];
    const used = [...approved, started('a', second), gateUsed('a', 'toolu')];
    expect(entryOf(fold(...used, fails), 'a')).toMatchObject({ status: 'failed', result: null });
    const denied = [
      ...held,
      gateDecided('a', 'denied'),
      { event: 'retry.requested', at: at(14), task: 'a' } as const,
    ];
    const again = [...denied, launched('a', { attempt: 'call-2' }), started('a', second), fails];
    expect(entryOf(fold(...again), 'a')).toMatchObject({ status: 'failed', result: null });
  });
});

describe('an interrupted agent that is resumed', () => {
  const interrupted = [opened(['a', 'b']), launched('a'), started('a'), sessionEnded()];

  it('is running again, in the same attempt, with its whole time', () => {
    const state = fold(...interrupted, agentResumed('a'));
    expect(entryOf(state, 'a')).toMatchObject({
      status: 'working',
      attempts: 1,
      startedAt: at(30),
      deadlineAt: at(30 + DEFAULT_POLICY.tiers.medium.startToCloseTimeout),
    });
    expect(state.attempts.get('call-a')?.client?.pid).toBe(4_243);
    const done = fold(...interrupted, agentResumed('a'), ended('a', { at: at(40) }));
    expect(entryOf(done, 'a')).toMatchObject({ status: 'completed', attempts: 1 });
  });

  it('ignores the earlier end of its session, but not the next one', () => {
    const state = fold(...interrupted, agentResumed('a'), sessionEnded({ at: at(29) }));
    expect(entryOf(state, 'a').status).toBe('working');
    const again = fold(...interrupted, agentResumed('a'), sessionEnded({ at: at(50) }));
    expect(entryOf(again, 'a').status).toBe('pending');
    expect(
      entryOf(fold(...interrupted, sessionEnded({ at: at(50) }), agentResumed('a')), 'a').status,
    ).toBe('working');
  });

  it('changes nothing if its task has another attempt, was cancelled or had ended', () => {
    const another = fold(
      ...interrupted,
      launched('a', { attempt: 'again', at: at(25) }),
      agentResumed('a'),
    );
    expect(another.attempts.get('call-a')?.end?.outcome).toBe('interrupted');
    const cancelled = { event: 'cancel.requested', at: at(25), task: 'a' } as const;
    expect(entryOf(fold(...interrupted, cancelled, agentResumed('a')), 'a').status).toBe(
      'cancelled',
    );
    const failed = ended('a', { outcome: 'failed', category: 'fatal', at: at(15) });
    expect(entryOf(fold(...interrupted, failed, agentResumed('a')), 'a').status).toBe('failed');
    expect(fold(opened(['a']), agentResumed('a')).attempts.size).toBe(0);
  });
});
