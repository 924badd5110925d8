import { expect, it } from 'vitest';
import { readLedger } from '../../../src/ledger/ledger-file.ts';
import { cancelRun } from '../../../src/operations/cancel-run.ts';
import { cancelPrompt } from '../../../src/view/prompts/result-prompts.ts';
import { openHarness } from '../../support/hook-harness.ts';

it('cancels pending tasks at once, and asks running agents to stop', async () => {
  await using harness = await openHarness({ a: [], b: ['a'] });
  const { session, paths, context } = harness;
  const cancel = (task: string | null = null) => cancelRun(harness.load(), task, context);
  const events = () => readLedger(paths.ledger).events.map(({ event }) => event);
  harness.launch('a');
  harness.link('a');

  expect(cancel()).toEqual({
    run: paths.run,
    task: null,
    outcome: 'cancelled',
    cancelled: ['b'],
    kept: [],
    stopping: ['a'],
    agents: ['aa'],
  });
  const again = cancel();
  expect(again).toMatchObject({ cancelled: [], stopping: ['a'], agents: ['aa'] });
  expect(cancelPrompt(again)).toContain('Stop these agents with TaskStop: aa');
  expect(harness.status()).toMatchObject({
    status: 'working',
    counts: { working: 1, cancelled: 1 },
  });

  harness.send(session.taskStop('aa'));
  expect(
    events()
      .filter((event) => event !== 'cancel.requested')
      .at(-1),
  ).toBe('agent.ended');
  expect(harness.status()).toMatchObject({ status: 'cancelled', counts: { cancelled: 2 } });

  const before = events();
  const nothing = { outcome: 'nothing_to_cancel', cancelled: [], stopping: [], agents: [] };
  expect(cancel()).toMatchObject({ task: null, ...nothing });
  expect(cancel('a')).toMatchObject({ task: 'a', ...nothing });
  expect(() => cancel('c')).toThrow(expect.objectContaining({ exitCode: 3 }));
  expect(events()).toEqual(before);
});
