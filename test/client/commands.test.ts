/** @module-tag long */

import { expect, test } from 'vitest';
import { runClaude } from '../support/claude-client.ts';
import { startScriptedModel } from '../support/scripted-model.ts';
import { PROJECT } from '../support/swarm-session.ts';
import { makeTempRepo } from '../support/temp-dir.ts';

/** The call that each plugin command asks the model to make, with the arguments the user typed. */
const COMMANDS = [
  {
    typed: '/swarm-parallel Audit the auth layer',
    told: ['parallel agents: Audit the auth layer'],
  },
  {
    typed: '/swarm',
    told: ['`swarm status`', '/swarm-parallel <goal>'],
  },
  {
    typed: '/swarm-status 20261122-181530-412abc',
    told: ['`swarm status 20261122-181530-412abc`'],
  },
  {
    typed: '/swarm-cancel 20261122-181530-412abc/routes',
    told: ['412abc/routes', '`swarm cancel '],
  },
  {
    typed: '/swarm-resume 20261122-181530-412abc',
    told: ['`swarm resume 20261122-181530-412abc`'],
  },
];

test.for(COMMANDS)(
  '$typed reaches the model under its unqualified name',
  { timeout: 300_000 },
  async ({ typed, told }) => {
    await using repo = await makeTempRepo();
    await using model = await startScriptedModel(() => ({ text: 'Understood.' }));
    const { resultText } = await runClaude({
      model,
      cwd: repo.path,
      prompt: typed,
      pluginDir: PROJECT,
      timeoutMs: 150_000,
    });

    expect(resultText).toBe('Understood.');
    const asked = model.requests.find(({ isSideRequest }) => !isSideRequest)?.lastUserText ?? '';
    for (const part of told) expect(asked).toContain(part);
  },
);
