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

test.each([
  [20_000, 'same-agent'],
  [200_000, 'new-agent'],
])(
  'a worker interrupted with a context of %i tokens is continued by the %s',
  async (tokens, continuesWith) => {
    const message = { id: 'm', content: [], usage: { cache_read_input_tokens: tokens } };
    const line = JSON.stringify({ type: 'assistant', message });
    await using stage = await makeStage({
      plan: makePlan([{ id: 'a' }]),
      fakeClient: fakeClient({
        a: `if (attempt() > 1) report(String(process.argv.includes('--resume')));
          else { say(${line}); swarm('checkpoint', prompt.slice(6).split('\\n')[0], '50', 'half'); setInterval(() => {}, 1000); }`,
      }),
    });
    const running = stage.start('run', 'plan.md');
    await waitUntil(() => stage.readRun().status.tasks[0]?.percent === 50);
    running.process.kill('SIGINT');
    await running.ended;

    const { code } = await stage.swarm('run', stage.readRun().id);

    const run = stage.readRun();
    expect(code).toBe(0);
    expect(run.read('results/a.md')).toBe(String(continuesWith === 'same-agent'));
    const decisions = run.ledger.filter(({ event }) => event === 'resume.decided');
    expect(decisions).toMatchObject([{ contextTokens: tokens, maxTokens: 100_000, continuesWith }]);
  },
);
