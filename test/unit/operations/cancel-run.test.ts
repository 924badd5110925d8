import { expect, it } from 'vitest';
import { readLedger } from '../../../src/ledger/ledger-file.ts';
import { cancelRun } from '../../../src/operations/cancel-run.ts';
import { openHarness } from '../../support/hook-harness.ts';

it('to cancel is a request, the end of the agent another event, and to ask again changes nothing', async () => {
  await using harness = await openHarness({ a: [], b: ['a'] });
  const { root, session, paths, context } = harness;
  const run = () => cancelRun(root, paths.run, context);
  const events = () => readLedger(paths.ledger).events.map(({ event }) => event);
  harness.launch('a');
  harness.link('a');

  const asked =
    'cancelled 1 task; asked to stop at the next step: a\nStop these agents with TaskStop: aa';
  expect(cancelRun(root, paths.run, { ...context, isInSession: false })).toBe(asked.split('\n')[0]);
  expect(run()).toBe('asked to stop at the next step: a\nStop these agents with TaskStop: aa');
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
  expect(cancelRun(root, `${paths.run}/a`, context)).toBe('nothing to cancel: a has ended already');
  expect(events()).toEqual(before);
});
