import { expect, test } from 'vitest';
import { startInteractive } from '../support/interactive-client.ts';
import { makeLatch } from '../support/latch.ts';
import { bash, checkpoint, orchestrate, result } from '../support/orchestrator.ts';
import { startScriptedModel } from '../support/scripted-model.ts';
import { makePlan, outcomes, PROJECT, readRun } from '../support/swarm-session.ts';
import { makeTempRepo } from '../support/temp-dir.ts';

/** What the user sees in a real terminal. */

const TIMEOUT_MS = 300_000;

test(
  'a run from command to answer, without a permission prompt for swarm’s own commands',
  async () => {
    await using repo = await makeTempRepo();
    const { opened: seen, open: release } = makeLatch();
    const job = orchestrate({
      plan: makePlan([{ id: 'one' }, { id: 'two' }, { id: 'last', needs: ['one', 'two'] }]),
      agents: {
        default: async (request, ref) => {
          if (request.step === 1 && !ref.endsWith('last')) await seen;
          const steps = [checkpoint(50, 'half'), result('# The report')];
          return steps[request.step]?.(ref) ?? { text: 'The abstract.' };
        },
      },
    });
    await using model = await startScriptedModel(job);
    await using client = await startInteractive({
      model,
      cwd: repo.path,
      pluginDir: PROJECT,
      args: ['--permission-mode', 'default'],
    });

    await client.waitFor(/❯/);
    client.type('/swarm-parallel Test the swarm');
    // The client suggests the command's name while it is typed; Enter accepts it.
    await client.waitFor(/swarm-parallel Test the swarm/);
    client.sendKeys('Enter');
    const working = await client.waitFor(/Work on part two/);
    expect(working).toContain('Work on part one');
    release();
    const answer = await client.waitFor(/3 of 3 tasks completed/);

    expect(answer).not.toMatch(/Do you want to proceed/);
    const run = readRun(repo.path);
    expect(outcomes(run.status)).toEqual({ one: 'completed', two: 'completed', last: 'completed' });
    expect(run.errors).toBe('');
  },
  TIMEOUT_MS,
);

test('a swarm command chained to another one causes a permission prompt', {
  tags: ['long'],
  timeout: TIMEOUT_MS,
}, async () => {
  await using repo = await makeTempRepo();
  await using model = await startScriptedModel((request) =>
    request.step === 0 ? bash('swarm list && touch chained') : { text: 'over' },
  );
  await using client = await startInteractive({
    model,
    cwd: repo.path,
    pluginDir: PROJECT,
    args: ['--permission-mode', 'default'],
  });

  await client.waitFor(/❯/);
  client.type('go');
  client.sendKeys('Enter');

  expect(await client.waitFor(/Do you want to proceed/)).toContain('touch chained');
});
