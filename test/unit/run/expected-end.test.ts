import { describe, expect, it } from 'vitest';
import type { LedgerEvent } from '../../../src/ledger/events.ts';
import { toStatusDocument } from '../../../src/run/status-document.ts';
import { describeRest } from '../../../src/view/describe-rest.ts';
import {
  at,
  completes,
  ended,
  fold,
  gateAsked,
  launched,
  makeTask,
  opened,
  started,
} from '../../support/run-events.ts';

const MINUTE_MS = 60_000;
const minutes = (count: number) => at(count * MINUTE_MS);

/** Mediums took 5 minutes, quick ones 1. */
const KNOWN: LedgerEvent = {
  event: 'durations.found',
  at: at(0),
  durations: [
    { kind: 'swarm-worker medium', meanMs: 5 * MINUTE_MS },
    { kind: 'swarm-worker quick', meanMs: MINUTE_MS },
  ],
};

const PLAN = opened([
  makeTask('a'),
  makeTask('b', { tier: 'quick' }),
  makeTask('c', { tier: 'quick', needs: ['a', 'b'] }),
]);

const endOf = (...events: LedgerEvent[]) => toStatusDocument(fold(PLAN, ...events)).expectedEndAt;
const begin = (task: string, minute: number) => [
  launched(task, { at: minutes(minute) }),
  started(task, { at: minutes(minute) }),
];

describe('the expected end of a run', () => {
  it('is that of the longest chain of tasks', () => {
    expect(endOf(KNOWN)).toBe(minutes(6));
    expect(endOf(KNOWN, ...begin('a', 2), ...begin('b', 2))).toBe(minutes(8));
    expect(endOf(KNOWN, ...begin('a', 2), ...begin('b', 2), ended('a', { at: minutes(3) }))).toBe(
      minutes(4),
    );
  });

  it('is unknown without a basis for each task that is left', () => {
    expect(endOf()).toBeNull();
    const [first] = KNOWN.event === 'durations.found' ? KNOWN.durations : [];
    const onlyMedium: LedgerEvent = { ...KNOWN, durations: first ? [first] : [] } as LedgerEvent;
    expect(endOf(onlyMedium)).toBeNull();
  });

  it('is unknown while a person must decide, and once the run has ended', () => {
    expect(endOf(KNOWN, ...begin('a', 0), gateAsked('a'), ended('a'))).toBeNull();
    expect(endOf(KNOWN, ...['a', 'b', 'c'].flatMap((task) => completes(task)))).toBeNull();
  });

  it('is shown as what is left, and no longer when that time has passed', () => {
    const status = toStatusDocument(fold(PLAN, KNOWN));
    const rest = (minute: number) => describeRest(status, Date.parse(minutes(minute)));
    expect(rest(2)).toBe(', about 4m 00s left');
    expect(rest(6)).toBe('');
    expect(describeRest(toStatusDocument(fold(PLAN)), 0)).toBe('');
  });
});

it('counts added tasks for the quorum, but not those that resolve conflicts', () => {
  const add = (id: string, more = {}): LedgerEvent => ({
    ...{ event: 'task.added', at: at(1) },
    added: makeTask(id, more),
  });
  const all = ['a', 'b', 'c'].flatMap((task) => completes(task));
  const statusOf = (...events: LedgerEvent[]) =>
    toStatusDocument(fold(PLAN, ...events, ...all)).status;

  const failed = ended('x', { outcome: 'failed', category: 'fatal' });
  const more = [launched('x'), started('x'), failed];
  expect(statusOf(add('x', { resolves: 'a' }), ...more)).toBe('completed');
  expect(statusOf(add('x'), ...more)).toBe('failed');
});
