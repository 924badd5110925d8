import { expect, it } from 'vitest';
import { explainRunEnd } from '../../src/core/explain-run-end.ts';
import { ended, fold, launched, opened, RUN } from '../support/run-events.ts';

const fails = (task: string) => [
  launched(task),
  ended(task, { outcome: 'failed', category: 'fatal', message: 'no' }),
];

function messageAfter(tasks: readonly string[], end: 'ended' | 'aborted' = 'ended'): string {
  return explainRunEnd(end, fold(opened(tasks), ...tasks.flatMap(fails)), 'SUMMARY.md').message;
}

it('names the command that tries every failed task again', () => {
  expect(messageAfter(['a'])).toContain(`Try again: swarm retry ${RUN}/a && swarm run ${RUN}`);
  expect(messageAfter(['a', 'b'])).toContain(`Try again: swarm retry ${RUN} && swarm run ${RUN}`);
});

it('calls an interrupted run interrupted', () => {
  const { exitCode, message } = explainRunEnd('aborted', fold(opened(['a'])), 'SUMMARY.md');
  expect(exitCode).toBe(130);
  expect(message).toMatch(/^interrupted: 0 of 1 task completed, 1 pending$/m);
  expect(message).toContain(`Go on: swarm run ${RUN}`);
});
