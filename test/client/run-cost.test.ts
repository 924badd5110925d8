import { expect, test } from 'vitest';
import { checkpoint } from '../support/orchestrator.ts';
import { makeStage } from '../support/swarm-run.ts';
import { makePlan, outcomes } from '../support/swarm-session.ts';
import { waitUntil } from '../support/wait-until.ts';

/** The cost of runs. The scripted model reports 10 input and 5 output tokens for each turn. */

const TIMEOUT_MS = 300_000;

test('a cancelled worker reports its cost before it exits', {
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
