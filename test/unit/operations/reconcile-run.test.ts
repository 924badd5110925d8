import { describe, expect, it } from 'vitest';
import type { LedgerEvent } from '../../../src/ledger/events.ts';
import { reconcileRun } from '../../../src/operations/reconcile-run.ts';
import { isActive, isExecuting } from '../../../src/run/run-state.ts';
import { toStatusDocument } from '../../../src/run/status-document.ts';
import { describeHowToResume } from '../../../src/view/prompts/next-step.ts';
import { describeRun } from '../../../src/view/terminal/describe-run.ts';
import {
  at,
  completes,
  ended,
  fold,
  launched,
  opened,
  RUN,
  started,
} from '../../support/run-events.ts';

const client = { pid: 4_242, startedAt: '1' };
const gone = { now: () => at(99), isAlive: () => false };

const supervised: LedgerEvent = {
  event: 'supervisor.started',
  at: at(0),
  supervisor: 'one',
  process: client,
  replaces: null,
  maxParallel: 3,
  options: { model: null, permissionMode: null, allowedTools: [], budgetUsd: null, fresh: false },
} as never;

it('treats the agents of a dead client as interrupted, and records nothing', () => {
  const state = fold(opened(['a', 'b']), launched('a', { client }), started('a'));
  const before = structuredClone(state);

  const seen = reconcileRun(state, gone);

  expect(toStatusDocument(seen).counts).toMatchObject({ pending: 2, working: 0 });
  expect(isActive(seen)).toBe(false);
  expect(state).toEqual(before);
  expect(isActive(reconcileRun(state, { ...gone, isAlive: () => true }))).toBe(true);
});

it('trusts the ledger about an agent whose client is unknown', () => {
  const state = fold(opened(['a']), launched('a'));
  expect(isActive(reconcileRun(state, gone))).toBe(true);
});

it('ignores a dead supervisor, so that the run can be resumed', () => {
  const state = fold(opened(['a']), supervised);
  expect(isActive(state)).toBe(true);
  const seen = reconcileRun(state, gone);
  expect(isActive(seen)).toBe(false);
  expect(describeHowToResume(seen)).toBe(`Resume: swarm run ${RUN}`);
});

describe('between two launches', () => {
  const between = [
    ...completes('a'),
    launched('b', { client, attempt: 'x' }),
    ended('b', { attempt: 'x', outcome: 'failed', category: 'transient' }),
  ];
  const alive = { now: () => at(3_600_000), isAlive: () => true };
  const see = (machine: typeof alive, ...events: LedgerEvent[]) =>
    reconcileRun(fold(opened(['a', 'b', 'c']), ...events), machine);

  it('a run is that of its session, and no second driver is offered', () => {
    const seen = see(alive, ...between);
    expect(isActive(seen)).toBe(true);
    expect(isExecuting(seen)).toBe(false);
    expect(describeHowToResume(seen)).toBe(
      `Its Claude Code session (process 4242) launches what is ready. If it does not: \`/swarm-resume ${RUN}\` there.`,
    );
    expect(describeRun(seen)).toMatch(/^run \S+: working, /);
    expect(describeRun(seen)).not.toContain('swarm run');
  });

  it('a run is inactive once the client is gone', () => {
    const seen = see({ ...alive, isAlive: () => false }, ...between);
    expect(isActive(seen)).toBe(false);
    expect(describeHowToResume(seen)).toContain(`swarm run ${RUN}`);
  });

  it('a run is that of a session that is about to launch its first agents, for a while', () => {
    expect(isActive(see({ ...alive, now: () => at(60_000) }))).toBe(true);
    expect(isActive(see(alive))).toBe(false);
    const adopted: LedgerEvent = { event: 'run.adopted', at: at(100), session: 'other' };
    const gone = { now: () => at(60_000), isAlive: () => false };
    expect(isActive(see(gone, ...between))).toBe(false);
    expect(isActive(see(gone, ...between, adopted))).toBe(true);
  });

  it('a run of no session, or of `swarm run`, is nobody’s', () => {
    const now = { now: () => at(10), isAlive: () => false };
    const plan = opened(['a'], { session: null });
    expect(isActive(reconcileRun(fold(plan), now))).toBe(false);
    expect(isActive(reconcileRun(fold(opened(['a']), supervised), now))).toBe(false);
  });
});
