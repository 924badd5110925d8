import { expect, test } from 'vitest';
import type { LedgerEvent } from '../../../../src/ledger/events.ts';
import { orderLines } from '../../../../src/queue/orders/order-lines.ts';
import { foldLedger } from '../../../../src/run/fold/fold-ledger.ts';
import {
  at,
  ended,
  fold,
  gateAsked,
  gateDecided,
  launched,
  makeTask,
  opened,
} from '../../../support/run-events.ts';

const REPORT = { path: 'results/base.md', bytes: 4, sha256: '0'.repeat(64) };

/** A run of which `next` is ordered; it needs `base`, and `other` is none of its business. */
function events(): LedgerEvent[] {
  const plan = [
    makeTask('base', { brief: 'The brief of base.' }),
    makeTask('next', { needs: ['base'], brief: 'The brief of next.' }),
    makeTask('other', { brief: 'A secret of other.' }),
  ];
  const endOf = (attempt: string): LedgerEvent => ({
    ...{ event: 'agent.ended', at: at(4), agentId: attempt, attempt, outcome: 'reported' },
    ...{ category: null, message: null, abstract: 'Done.', report: REPORT },
  });
  return [
    opened(plan, { session: null, check: ['npm test'] }),
    launched('base', { at: at(1), attempt: 'a-base', session: 'a-base', supervisor: 's' }),
    launched('other', { at: at(2), attempt: 'a-other', session: 'a-other', supervisor: 's' }),
    { event: 'task.checkpoint', at: at(3), task: 'other', percent: 10, message: 'other works' },
    { event: 'task.checkpoint', at: at(3), task: 'base', percent: 50, message: 'base works' },
    endOf('a-base'),
    launched('next', { at: at(5), attempt: 'a-1', session: 'a-1', supervisor: 's', pool: 'gpu' }),
    { event: 'task.checkpoint', at: at(6), task: 'next', percent: 30, message: 'half of it' },
    { event: 'machine.lost', at: at(7), attempt: 'a-1', reason: 'gone' },
    launched('next', { at: at(8), attempt: 'a-2', session: 'a-2', supervisor: 's', pool: 'gpu' }),
    { event: 'agent.seen', at: at(9), agentId: 'a-other' },
  ];
}

function order(): LedgerEvent[] {
  const all = events();
  const state = foldLedger(all);
  if (!state) throw new Error('there is no run');
  return orderLines(all, state, { task: 'next', attempt: 'a-2' });
}

test('they are a run in which the attempt is launched last, from the checkpoint of an earlier one', () => {
  const state = foldLedger(order());

  expect(order().at(-1)).toMatchObject({ event: 'attempt.launched', attempt: 'a-2' });
  expect(state?.attempts.get('a-2')).toMatchObject({ refusal: null, number: 2, end: null });
  expect(state?.tasks.get('next')?.log).toMatchObject([{ percent: 30, message: 'half of it' }]);
});

test('they tell nothing of other tasks', () => {
  const text = JSON.stringify(order());

  expect(text).toContain('The brief of next.');
  expect(text).not.toMatch(/A secret of other|a-other|other works|The brief of base|npm test/);
});

test('after a gate was decided they have the decision, so that the attempt can be launched', () => {
  const all: LedgerEvent[] = [
    opened([makeTask('next')], { session: null }),
    launched('next', { at: at(1), attempt: 'a-1', session: 'a-1', supervisor: 's', pool: 'gpu' }),
    gateAsked('next', { at: at(2), attempt: 'a-1' }),
    ended('next', { at: at(3), attempt: 'a-1', agentId: 'a-1' }),
    gateDecided('next', 'approved', { at: at(4) }),
    launched('next', { at: at(5), attempt: 'a-2', session: 'a-2', supervisor: 's', pool: 'gpu' }),
  ];
  const ordered = orderLines(all, fold(...all), { task: 'next', attempt: 'a-2' });

  expect(fold(...ordered).attempts.get('a-2')).toMatchObject({ refusal: null, end: null });
  expect(ordered.map(({ event }) => event)).toContain('gate.approved');
});
