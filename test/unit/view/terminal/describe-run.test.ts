import { expect, it } from 'vitest';
import type { LedgerEvent } from '../../../../src/ledger/events.ts';
import { describeRun } from '../../../../src/view/terminal/describe-run.ts';
import {
  at,
  checkpoint,
  completes,
  ended,
  fold,
  gateAsked,
  launched,
  opened,
  RUN,
  sessionEnded,
  started,
} from '../../../support/run-events.ts';

const linesOf = (...events: LedgerEvent[]) =>
  describeRun(fold(opened(['a', 'b']), ...events)).split('\n');
const HOW_TO_RESUME = `Resume: \`/swarm-resume ${RUN}\` in Claude Code, or \`swarm run ${RUN}\` in a terminal.`;

it('lists how far the tasks of an interrupted run got and how to resume it', () => {
  const interrupted = [launched('b'), checkpoint('b', 40, '4 of 10'), sessionEnded({ at: at(90) })];
  expect(linesOf(...completes('a'), ...interrupted)).toEqual([
    `run ${RUN}: inactive, 1 of 2 tasks completed (unverified), 1 pending`,
    '  b: interrupted at 40%, 4 of 10; will resume',
    HOW_TO_RESUME,
  ]);
});

it('says how to watch a running run', () => {
  expect(linesOf(launched('a'))).toEqual([
    `run ${RUN}: working, 0 of 2 tasks completed, 1 pending, 1 working`,
    `Watch: swarm watch ${RUN}`,
  ]);
});

it('says where the results of an ended run are', () => {
  expect(linesOf(...completes('a'), ...completes('b'))).toEqual([
    `run ${RUN}: completed, 2 of 2 tasks completed (unverified), in 0s`,
    `Results: swarm summary ${RUN}`,
  ]);
});

it('shows what a run is waiting for and how to decide', () => {
  const text = linesOf(...completes('b'), launched('a'), started('a'), gateAsked('a'), ended('a'));
  expect(text[0]).toMatch(/: waiting for approval, 1 of 2/);
  expect(text.join('\n')).toContain(`swarm approve ${RUN}/a`);
  expect(text.at(-1)).toBe(HOW_TO_RESUME);
});
