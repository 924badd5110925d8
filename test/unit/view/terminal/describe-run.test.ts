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
const WAY_ON = `Go on: \`/swarm-resume ${RUN}\` in Claude Code, or \`swarm run ${RUN}\` in a terminal.`;

it('of an interrupted run is how far each task had got, and how to go on', () => {
  const interrupted = [launched('b'), checkpoint('b', 40, '4 of 10'), sessionEnded({ at: at(90) })];
  expect(linesOf(...completes('a'), ...interrupted)).toEqual([
    `run ${RUN}: inactive, 1 of 2 tasks completed, 1 pending`,
    '  b: interrupted at 40%, 4 of 10; to be gone on with',
    WAY_ON,
  ]);
});

it('of a run at work is how to follow it', () => {
  expect(linesOf(launched('a'))).toEqual([
    `run ${RUN}: working, 0 of 2 tasks completed, 1 pending, 1 working`,
    `\`swarm watch ${RUN}\` follows it.`,
  ]);
});

it('of a run that is over is where its outcome stands', () => {
  expect(linesOf(...completes('a'), ...completes('b'))).toEqual([
    `run ${RUN}: completed, 2 of 2 tasks completed, in 10ms`,
    `\`swarm summary ${RUN}\` shows what came of it.`,
  ]);
});

it('of a run that waits for a person is what for', () => {
  const text = linesOf(...completes('b'), launched('a'), started('a'), gateAsked('a'), ended('a'));
  expect(text[0]).toMatch(/: waiting for approval, 1 of 2/);
  expect(text.join('\n')).toContain(`swarm approve ${RUN}/a`);
  expect(text.at(-1)).toBe(WAY_ON);
});
