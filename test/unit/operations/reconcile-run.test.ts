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
