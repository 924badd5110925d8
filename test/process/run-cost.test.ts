import { expect, test } from 'vitest';
import { fakeClient } from '../support/fake-client.ts';
import { makeStage } from '../support/swarm-run.ts';
import { makePlan, outcomes } from '../support/swarm-session.ts';

/** The cost of runs with recorded client output: 10 input and 5 output tokens for each turn. */

const REPORTS = `play('reports-text');`;

test('reports tokens and dollars per task and run, and estimates the next run', async () => {
  await using stage = await makeStage({
    plan: makePlan([{ id: 'a' }, { id: 'b' }]),
    fakeClient: fakeClient({ default: REPORTS }),
  });

  const first = await stage.swarm('run', 'plan.md');

  const { status, summary } = stage.readRun();
  const [a, b] = status.tasks.map(({ usage }) => usage);
  expect(a).toMatchObject({ toolCalls: 1, inputTokens: 20, outputTokens: 10 });
  expect(a?.costUsd).toBeGreaterThan(0);
  expect(b).toEqual(a);
  expect(status.usage?.costUsd).toBeCloseTo(2 * (a?.costUsd ?? 0));
  expect(summary).toMatch(/Used 60 tokens, \$0\.0\d+ in 2 tool calls/);
  expect(first.stderr).not.toContain('about');
  const second = await stage.swarm('run', 'plan.md');
  expect(second.stderr).toMatch(
    /about \$0\.0\d+ and \d+s if nothing is reused, based on 2 earlier tasks/,
  );
});

test.each([
  ['--budget-usd', '0.0001', '$0.0001'],
  ['budgetUsd', '0.0001', '$0.0001'],
  ['budgetTokens', '3', '3 tokens'],
])(
  'stops running workers and starts no more once the budget of %s is used up',
  async (source, amount, shown) => {
    const isOption = source.startsWith('--');
    const inPlan = `goal: Test the swarm\n${source}: ${amount}`;
    await using stage = await makeStage({
      plan: makePlan([
        { id: 'slow' },
        { id: 'dear' },
        { id: 'third' },
        { id: 'after', needs: ['third'] },
      ]).replace('goal: Test the swarm', isOption ? '$&' : inPlan),
      fakeClient: fakeClient({
        slow: `require('node:fs').writeFileSync('at-work', ''); setInterval(() => {}, 1000);`,
        dear: `const at = setInterval(() => require('node:fs').existsSync('at-work') && (clearInterval(at), play('reports-text')), 20);`,
      }),
    });

    const args = ['--max-parallel', '2', ...(isOption ? [source, amount] : [])];
    const { code } = await stage.swarm('run', 'plan.md', ...args);

    const { status } = stage.readRun();
    expect(outcomes(status)).toMatchObject({ slow: 'failed', third: 'failed', after: 'cancelled' });
    for (const { error } of status.tasks.filter(({ id }) => id === 'slow' || id === 'third')) {
      expect(error?.category).toBe('fatal');
      expect(error?.message).toContain(`budget of ${shown} is spent`);
    }
    expect(code).toBe(1);
    expect(stage.leftovers()).toEqual([]);
  },
);

test('stops only the task whose own budget is used up', async () => {
  await using stage = await makeStage({
    plan: makePlan([{ id: 'a' }, { id: 'b' }]).replace('{id: a,', '{id: a, budgetUsd: 0.0001,'),
    fakeClient: fakeClient({
      a: `play(process.argv.includes('--max-budget-usd') ? 'budget-reached' : 'reports-text');`,
      b: `play(process.argv.includes('--max-budget-usd') ? 'budget-reached' : 'reports-text');`,
    }),
  });

  await stage.swarm('run', 'plan.md');

  const { status } = stage.readRun();
  expect(outcomes(status)).toEqual({ a: 'failed', b: 'completed' });
  expect(status.tasks[0]?.error?.category).toBe('fatal');
});
