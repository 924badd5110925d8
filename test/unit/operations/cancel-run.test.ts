import { expect, it } from 'vitest';
import { readLedger } from '../../../src/ledger/ledger-file.ts';
import { cancelRun } from '../../../src/operations/cancel-run.ts';
import type { Host } from '../../../src/store/host.ts';
import { openHarness } from '../../support/hook-harness.ts';
import { inSession } from '../../support/host.ts';

it('to cancel is a request, the end of the agent another event, and to ask again changes nothing', async () => {
  await using harness = await openHarness({ a: [], b: ['a'] });
  const { session, paths } = harness;
  const context: Host = { ...harness.context, ...inSession(session.id) };
  const run = () => cancelRun(context, paths.run);
  const events = () => readLedger(paths.ledger).events.map(({ event }) => event);
  harness.launch('a');
  harness.link('a');

  const asked =
    'cancelled 1 task; asked to stop at the next step: a\nStop these agents with TaskStop: aa';
  expect(cancelRun({ ...context, caller: { kind: 'person' } }, paths.run)).toBe(
    asked.split('\n')[0],
  );
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
  expect(cancelRun(context, `${paths.run}/a`)).toBe('nothing to cancel: a has ended already');
  expect(events()).toEqual(before);
});
