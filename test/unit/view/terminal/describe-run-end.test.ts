import { expect, it } from 'vitest';
import { toStatusDocument } from '../../../../src/run/status-document.ts';
import { describeRunEnd } from '../../../../src/view/terminal/describe-run-end.ts';
import { renderStatus } from '../../../../src/view/terminal/render-status.ts';
import { ended, fold, launched, opened, RUN } from '../../../support/run-events.ts';

const fails = (task: string) => [
  launched(task),
  ended(task, { outcome: 'failed', category: 'fatal', message: 'no' }),
];

function messageAfter(tasks: readonly string[], end: 'ended' | 'aborted' = 'ended'): string {
  return describeRunEnd(end, fold(opened(tasks), ...tasks.flatMap(fails)), 'SUMMARY.md').message;
}

it('names the command that retries every failed task', () => {
  expect(messageAfter(['a'])).toContain(`Retry: swarm retry ${RUN}/a && swarm run ${RUN}`);
  expect(messageAfter(['a', 'b'])).toContain(`Retry: swarm retry ${RUN} && swarm run ${RUN}`);
});

it('calls an interrupted run interrupted', () => {
  const { exitCode, message } = describeRunEnd('aborted', fold(opened(['a'])), 'SUMMARY.md');
  expect(exitCode).toBe(130);
  expect(message).toMatch(/^interrupted: 0 of 1 task completed, 1 pending$/m);
  expect(message).toContain(`Resume: swarm run ${RUN}`);
});

it('does not repeat visible text, except what was truncated', () => {
  const long = 'so many words that they do not fit the width of a terminal';
  const state = fold(
    opened(['a', 'b']),
    ...fails('a'),
    launched('b'),
    ended('b', { outcome: 'failed', category: 'fatal', message: long }),
  );
  const said = (columns: number, end: 'ended' | 'aborted' = 'ended') => {
    const view = { columns, now: 0, paint: (_: string, text: string) => text };
    const frame = renderStatus(toStatusDocument(state), view);
    return describeRunEnd(end, state, 'SUMMARY.md', frame).message.split('\n');
  };
  const last = ['Summary: SUMMARY.md', `Retry: swarm retry ${RUN} && swarm run ${RUN}`];
  expect(said(120)).toEqual(last);
  expect(said(60)).toEqual([`  b: fatal: ${long}`, ...last]);
  expect(said(120, 'aborted')[0]).toMatch(/^interrupted: 0 of 2 tasks completed, 2 failed, in /);
});
