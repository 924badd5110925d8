import { expect, test } from 'vitest';
import { sha256 } from '../../../../src/platform/sha256.ts';
import { acceptLines } from '../../../../src/queue/orders/accept-lines.ts';
import type { Message } from '../../../../src/queue/wire/message.ts';
import { foldLedger } from '../../../../src/run/fold/fold-ledger.ts';
import { at, launched, makeTask, opened, RUN } from '../../../support/run-events.ts';

const ATTEMPT = 'a5e6a4d4-54a7-4b1b-9d50-3f5c6f3f6f10';
const NOW = at(100);

function accept(lines: readonly object[], files: Record<string, string> = {}) {
  const state = foldLedger([
    opened([makeTask('one'), makeTask('two')], { session: null }),
    launched('one', { at: at(1), attempt: ATTEMPT, session: ATTEMPT, supervisor: 's', pool: 'p' }),
  ]);
  if (!state) throw new Error('there is no run');
  const message: Message = {
    ...{ kind: 'lines', protocol: 1, run: RUN, task: 'one', attempt: ATTEMPT, seq: 0 },
    ...{ machine: 'm', lines: lines.map((line) => JSON.stringify(line)), files },
  };
  return acceptLines(message, state, NOW);
}

function stored(path: string, text: string, more: object = {}) {
  const report = { path, bytes: text.length, sha256: sha256(text) };
  const event = { event: 'report.stored', at: at(5), task: 'one', attempt: ATTEMPT };
  return { ...event, report, abstract: '', ...more };
}

test('what a worker records about its own attempt is accepted, with the files that it names', () => {
  const checkpoint = {
    ...{ event: 'task.checkpoint', at: at(4), task: 'one', percent: 20, message: 'some of it' },
  };
  const { events, files, problems } = accept(
    [checkpoint, stored('results/one.md', 'The report.')],
    { 'results/one.md': 'The report.', 'results/one.other.md': 'Not named.' },
  );

  expect(problems).toEqual([]);
  expect(events.map(({ event }) => event)).toEqual(['task.checkpoint', 'report.stored']);
  expect([...files]).toEqual([['results/one.md', 'The report.']]);
});

test.each<[string, object, Record<string, string>?]>([
  [
    'approves its own gate',
    { event: 'gate.approved', at: at(4), gate: 'g', where: 'command-line' },
  ],
  [
    'speaks for another task',
    { event: 'task.checkpoint', at: at(4), task: 'two', percent: 1, message: 'x' },
  ],
  ['ends another attempt', { event: 'session.ended', at: at(4), session: 'other', reason: 'x' }],
  ['raises the budget', { event: 'budget.raised', at: at(4), usd: null, tokens: null }],
  ['names a report of another task', stored('results/two.md', 'x'), { 'results/two.md': 'x' }],
  ['names a report that it does not send', stored('results/one.md', 'x')],
  ['sends another report than it names', stored('results/one.md', 'x'), { 'results/one.md': 'y' }],
  ['uses a gate of another task', { event: 'gate.used', at: at(4), gate: 'g', call: 'c' }],
  ['records what is no event', { event: 'no.such', at: at(4) }],
])('a worker that %s is refused', (_, line, files = {}) => {
  const accepted = accept([line], files);

  expect(accepted.events).toEqual([]);
  expect([...accepted.files]).toEqual([]);
  expect(accepted.problems).toHaveLength(1);
});

test('process ids of another machine are dropped, and times of a fast clock corrected', () => {
  const { events, problems } = accept([
    { event: 'worker.started', at: at(4), attempt: ATTEMPT, process: { pid: 1, startedAt: '1' } },
    { event: 'agent.seen', at: at(500), agentId: ATTEMPT },
  ]);

  expect(problems).toEqual([]);
  expect(events).toEqual([{ event: 'agent.seen', at: NOW, agentId: ATTEMPT }]);
});
