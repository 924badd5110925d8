import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cancel, retry } from '../../src/app/change-run.ts';
import { readLedger } from '../../src/store/ledger.ts';
import { openHarness } from '../support/hook-harness.ts';

it('a completed task whose report is gone is done again when a person wants it', async () => {
  await using harness = await openHarness({ a: [] });
  const { root, session, token, context } = harness;
  harness.launch('a');
  harness.link('a');
  harness.send(session.subagentStop('aa', 'The report.'));
  rmSync(join(harness.paths.results, 'a.md'));
  expect(harness.task('a')).toMatchObject({ status: 'failed', error: { category: 'lost' } });

  const options = { ...context, isPlugin: true };
  const name = token('a').slice(6);
  expect(retry(root, name, { ...options, isInSession: false })).toContain(
    `\`/swarm-resume ${harness.paths.run}\` in Claude Code, or \`swarm run ${harness.paths.run}\``,
  );
  expect(retry(root, name, { ...options, isInSession: true })).toContain(`prompt: "${token('a')}"`);
  harness.send(session.preAgent('toolu_again', token('a')));
  harness.send(session.agentLaunched('toolu_again', token('a'), 'again'));
  expect(harness.task('a')).toMatchObject({ status: 'working', attempts: 2, agentId: 'again' });
  harness.send(session.subagentStop('again', 'The report, once more.'));
  expect(harness.report('a')).toBe('The report, once more.');
});

it('to cancel is a request, the end of the agent another event, and to ask again changes nothing', async () => {
  await using harness = await openHarness({ a: [], b: ['a'] });
  const { root, session, paths, context } = harness;
  const run = () => cancel(root, paths.run, context);
  const events = () => readLedger(paths.ledger).events.map(({ event }) => event);
  harness.launch('a');
  harness.link('a');

  const asked =
    'cancelled 1 task; asked to stop at the next step: a\nStop these agents with TaskStop: aa';
  expect(run()).toBe(asked);
  expect(harness.status()).toMatchObject({
    status: 'working',
    counts: { working: 1, cancelled: 1 },
  });
  expect(run()).toContain('a\nStop these agents with TaskStop: aa');
  harness.send(session.taskStop('aa'));
  expect(
    events()
      .filter((event) => event !== 'cancel.requested')
      .at(-1),
  ).toBe('agent.ended');
  expect(harness.status()).toMatchObject({ status: 'cancelled', counts: { cancelled: 2 } });

  const before = events();
  expect(run()).toBe('nothing to cancel: every task has ended already');
  expect(cancel(root, `${paths.run}/a`, context)).toBe('nothing to cancel: a has ended already');
  expect(events()).toEqual(before);
});
