import { expect, test } from 'vitest';
import { startInteractive } from '../support/interactive-client.ts';
import { bash } from '../support/orchestrator.ts';
import { startScriptedModel } from '../support/scripted-model.ts';
import { makeStage } from '../support/swarm-run.ts';
import { makePlan, outcomes, PROJECT } from '../support/swarm-session.ts';

const TIMEOUT_MS = 300_000;

test('the pane shows a pending gate, and a button approves it', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using stage = await makeStage({
    plan: makePlan([{ id: 'release' }]),
    agents: {
      release: (request) =>
        request.step === 0 ? bash('git push --force origin HEAD') : { text: 'I was told.' },
    },
  });
  expect((await stage.swarm('run', 'plan.md', '--allowed-tools', 'Bash')).code).toBe(4);

  await using model = await startScriptedModel(() => ({ text: 'Hello.' }));
  await using client = await startInteractive({
    model,
    cwd: stage.repo.path,
    pluginDir: PROJECT,
    columns: 150,
    rows: 45,
  });
  const shown = await client.waitFor(/\[ approve \] \[ deny \]/);
  expect(shown).toContain('? release force-push, `git push --force origin HEAD`');
  client.sendKeys('C-x', 'Tab');
  await client.waitFor(/q: close$/m);
  client.sendKeys('Tab', 'Enter');
  await client.waitFor(/│○ release/);
  expect(outcomes(stage.readRun().status)).toEqual({ release: 'pending' });
});
