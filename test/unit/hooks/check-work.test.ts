import { expect, it } from 'vitest';
import type { HookContext } from '../../../src/hooks/hook-context.ts';
import { commit } from '../../../src/store/commit.ts';
import { type Harness, openHarness } from '../../support/hook-harness.ts';

/** Checks that end with these exit codes, one after the other; counts those that ran. */
function playChecks(context: HookContext, ...codes: number[]): () => number {
  let count = 0;
  context.verify = (run, attempt) => {
    const exitCode = codes[count++] ?? 0;
    const results = [{ command: 'npm test', exitCode, failure: null, durationMs: 5 }];
    const round = { isPassed: exitCode === 0, results };
    const output = 'checks/a.1.log';
    const at = context.now();
    commit(run, [{ event: 'check.started', at, attempt }], context);
    commit(run, [{ event: 'check.ended', at: context.now(), attempt, ...round, output }], context);
    return { ...round, output: `${run.paths.dir}/${output}`, tail: '1 test failed' };
  };
  return () => count;
}

const openChecked = () => openHarness({ a: [] }, {}, { check: ['npm test'] });

function begin({ launch, link }: Harness): void {
  launch('a');
  link('a');
}

it('an agent whose check fails is sent back with the output, and ends when it passes', async () => {
  await using harness = await openChecked();
  const { session, send, task, context } = harness;
  const ran = playChecks(context, 1, 0);
  begin(harness);

  const held = send(session.subagentStop('aa', 'Done.'));

  expect(held).toMatchObject({ decision: 'block' });
  const { reason } = held as { reason: string };
  expect(reason).toContain('`npm test` (exit code 1)');
  expect(reason).toContain('1 test failed');
  expect(reason).toContain(`${harness.paths.dir}/checks/a.1.log`);
  expect(task('a').status).toBe('working');

  expect(send(session.subagentStop('aa', 'Done at last.'))).toBeNull();
  expect(task('a')).toMatchObject({ status: 'completed', verified: true });
  expect(harness.report('a')).toBe('Done at last.');
  expect(ran()).toBe(2);
});

it('an agent is sent back twice, and then its task has failed', async () => {
  await using harness = await openChecked();
  const { session, send, task, context } = harness;
  playChecks(context, 1, 1, 1);
  begin(harness);

  const answers = [1, 2, 3].map(() => send(session.subagentStop('aa', 'Done.')));

  expect(answers.map((answer) => answer !== null)).toEqual([true, true, false]);
  expect(task('a')).toMatchObject({ status: 'failed', error: { category: 'check' } });
});

it('an empty report is not checked', async () => {
  await using harness = await openChecked();
  const ran = playChecks(harness.context);
  begin(harness);

  harness.send(harness.session.subagentStop('aa', ''));

  expect([ran(), harness.task('a').error?.category]).toEqual([0, 'empty']);
});

it('an agent without checks ends at once', async () => {
  await using harness = await openHarness({ a: [] });
  const ran = playChecks(harness.context);
  begin(harness);

  expect(harness.send(harness.session.subagentStop('aa', 'Done.'))).toBeNull();

  expect([ran(), harness.task('a').verified]).toEqual([0, null]);
});

it('the check of the run follows the end of the last agent', async () => {
  await using harness = await openHarness({ a: [], b: [] }, {}, { runCheck: ['npm test'] });
  const { session, send, context } = harness;
  const ran = playChecks(context, 0);
  for (const id of ['a', 'b']) {
    harness.launch(id);
    harness.link(id);
  }

  send(session.subagentStop('aa', 'Done.'));
  expect([ran(), harness.status().status]).toEqual([0, 'working']);
  send(session.subagentStop('ab', 'Done.'));
  expect([ran(), harness.status().status]).toEqual([1, 'completed']);
});

it('the check of the run follows a last end that only a notification tells', async () => {
  await using harness = await openHarness({ a: [] }, {}, { runCheck: ['npm test'] });
  const ran = playChecks(harness.context, 1);
  begin(harness);

  const done = { taskId: 'aa', toolUseId: 'toolu_a', status: 'completed', result: 'Done.' };
  harness.send(harness.session.notification(done));

  expect([ran(), harness.status().status]).toEqual([1, 'failed']);
});
