import { expect, test } from 'vitest';
import { fakeClient } from '../support/fake-client.ts';
import { makeStage } from '../support/swarm-run.ts';
import { makePlan, outcomes } from '../support/swarm-session.ts';
import { waitUntil } from '../support/wait-until.ts';

test('a supervisor killed after any event leaves no process behind and loses no work', async () => {
  await using stage = await makeStage({
    plan: makePlan([{ id: 'a' }, { id: 'b' }, { id: 'c', needs: ['a', 'b'] }]),
    fakeClient: fakeClient({ default: `setTimeout(() => report('a report'), 100);` }),
  });
  await stage.swarm('plan', 'plan.md');
  const { id } = stage.readRun();
  const countEvents = () => stage.readRun().ledger.length;
  for (let events = 1; events <= 7; events++) {
    const before = countEvents();
    const running = stage.start('run', id);
    await waitUntil(() => countEvents() >= before + events || running.process.exitCode !== null);
    running.process.kill('SIGKILL');
    await running.ended;
    await waitUntil(() => stage.leftovers().length === 0);
  }

  const { code } = await stage.swarm('run', id);

  expect(code).toBe(0);
  expect(outcomes(stage.readRun().status)).toEqual({
    a: 'completed',
    b: 'completed',
    c: 'completed',
  });
  expect(stage.leftovers()).toEqual([]);
});
