import { expect, it } from 'vitest';
import type { LedgerEvent } from '../../../src/ledger/events.ts';
import { reconcileRun } from '../../../src/operations/reconcile-run.ts';
import { isActive } from '../../../src/run/run-state.ts';
import { toStatusDocument } from '../../../src/run/status-document.ts';
import { describeHowToResume } from '../../../src/view/prompts/next-step.ts';
import { at, fold, launched, opened, RUN, started } from '../../support/run-events.ts';

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

it('takes what a client that is gone had at work for interrupted, and enters nothing', () => {
  const state = fold(opened(['a', 'b']), launched('a', { client }), started('a'));
  const before = structuredClone(state);

  const seen = reconcileRun(state, gone);

  expect(toStatusDocument(seen).counts).toMatchObject({ pending: 2, working: 0 });
  expect(isActive(seen)).toBe(false);
  expect(state).toEqual(before);
  expect(isActive(reconcileRun(state, { ...gone, isAlive: () => true }))).toBe(true);
});

it('takes an agent whose client is not known for what the ledger says', () => {
  const state = fold(opened(['a']), launched('a'));
  expect(isActive(reconcileRun(state, gone))).toBe(true);
});

it('takes the supervisor that is gone for nobody, so that the way on is plain', () => {
  const state = fold(opened(['a']), supervised);
  expect(isActive(state)).toBe(true);
  const seen = reconcileRun(state, gone);
  expect(isActive(seen)).toBe(false);
  expect(describeHowToResume(seen)).toBe(`Resume: swarm run ${RUN}`);
});
