import { expect, test } from 'vitest';
import { checkpoint } from '../support/orchestrator.ts';
import { makeStage } from '../support/swarm-run.ts';
import { makePlan, outcomes } from '../support/swarm-session.ts';
import { waitUntil } from '../support/wait-until.ts';

/** What runs cost. The scripted model tells 10 tokens read and 5 written for each turn. */

const TIMEOUT_MS = 60_000;

test('tokens and dollars are told for each task and the run, and estimated before the next', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using stage = await makeStage({
    plan: makePlan([{ id: 'a' }, { id: 'b' }]),
    agents: { a: [checkpoint(50, 'half'), { text: 'a' }] },
  });

  const first = await stage.swarm('run', 'plan.md');

  const { status, summary } = stage.readRun();
  const [a, b] = status.tasks.map(({ usage }) => usage);
  expect(a).toMatchObject({ toolCalls: 1, inputTokens: 20, outputTokens: 10 });
  expect(b).toMatchObject({ toolCalls: 0, inputTokens: 10, outputTokens: 5 });
  expect(a?.costUsd).toBeGreaterThan(b?.costUsd ?? 0);
  expect(status.usage?.costUsd).toBeCloseTo((a?.costUsd ?? 0) + (b?.costUsd ?? 0));
  expect(summary).toMatch(/Used 45 tokens, \$0\.0\d+ in 1 tool call/);
  expect(first.stderr).not.toContain('about');
  const second = await stage.swarm('run', 'plan.md');
  expect(second.stderr).toMatch(
    /about \$0\.0\d+ where nothing is reused, judging by 2 earlier tasks/,
  );
});

test('a worker that is cancelled says what it cost before it ends', {
  timeout: TIMEOUT_MS,
}, async () => {
  let isThinking = false;
  await using stage = await makeStage({
    plan: makePlan([{ id: 'slow' }]),
    agents: {
      slow: ({ step }, ref) => {
        if (step === 0) return checkpoint(50, 'half')(ref);
        isThinking = true;
        return new Promise<never>(() => {});
      },
    },
  });

  const run = stage.start('run', 'plan.md');
  await waitUntil(() => isThinking);
  await stage.swarm('cancel', stage.readRun().id);
  await run.ended;

  const { status } = stage.readRun();
  expect(outcomes(status)).toEqual({ slow: 'cancelled' });
  expect(status.usage).toMatchObject({ inputTokens: 10, isCostPartial: false });
  expect(status.usage?.costUsd).toBeGreaterThan(0);
  expect(stage.leftovers()).toEqual([]);
});

test('a budget that is reached ends what runs and starts nothing more', {
  timeout: TIMEOUT_MS,
}, async () => {
  let isSlowAtWork = false;
  await using stage = await makeStage({
    plan: makePlan([
      { id: 'slow' },
      { id: 'dear' },
      { id: 'third' },
      { id: 'after', needs: ['third'] },
    ]),
    agents: {
      slow: () => {
        isSlowAtWork = true;
        return new Promise<never>(() => {});
      },
      dear: async () => {
        await waitUntil(() => isSlowAtWork);
        return { text: 'done, and the money with it' };
      },
    },
  });

  const args = ['--max-parallel', '2', '--budget-usd', '0.0001'];
  const { code } = await stage.swarm('run', 'plan.md', ...args);

  const { status } = stage.readRun();
  expect(outcomes(status)).toMatchObject({ slow: 'failed', third: 'failed', after: 'cancelled' });
  for (const { error } of status.tasks.filter(({ id }) => id === 'slow' || id === 'third')) {
    expect(error?.category).toBe('fatal');
    expect(error?.message).toContain('budget of $0.0001 is reached');
  }
  expect(code).toBe(1);
  expect(stage.leftovers()).toEqual([]);
});

test('the budget of a task ends that task alone', { timeout: TIMEOUT_MS }, async () => {
  await using stage = await makeStage({
    plan: makePlan([{ id: 'a' }, { id: 'b' }]).replace('{id: a,', '{id: a, budgetUsd: 0.0001,'),
    agents: { default: [checkpoint(50, 'half'), { text: 'done' }] },
  });

  await stage.swarm('run', 'plan.md');

  const { status } = stage.readRun();
  expect(outcomes(status)).toEqual({ a: 'failed', b: 'completed' });
  expect(status.tasks[0]?.error?.category).toBe('fatal');
});
