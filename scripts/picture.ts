import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startInteractive } from '../test/support/interactive-client.ts';
import { orchestrate } from '../test/support/orchestrator.ts';
import { startScriptedModel } from '../test/support/scripted-model.ts';
import { writeProject } from './demo/project.ts';
import { agentScripts, GOAL, PLAN } from './demo/story.ts';
import { drawScreen } from './picture/draw-screen.ts';

/**
 * Draws `docs/images/pane.svg`: the demo's run in the real client in a terminal, at the moment when
 * one task has failed and others are running. Needs tmux.
 */
const root = join(import.meta.dirname, '..');
const SIZE = { columns: 156, rows: 38 };
const _TIMEOUT_MS = 30_000;

const directory = realpathSync(mkdtempSync(join(tmpdir(), 'swarm-picture-')));
try {
  writeProject(directory);
  await using model = await startScriptedModel(
    orchestrate({ plan: PLAN, agents: agentScripts(directory) }),
  );
  await using client = await startInteractive({
    model,
    cwd: directory,
    pluginDir: root,
    args: ['--permission-mode', 'acceptEdits', '--allowedTools', 'Bash(node --test)'],
    ...SIZE,
  });
  await client.waitFor(/❯/);
  client.type(`/swarm-parallel ${GOAL}`);
  await client.waitFor(/first release$/m);
  client.sendKeys('Enter');
  await client.waitFor(/│Failed/);
  await client.waitFor(/Wave 1: [23] of 5/);
  // The client redraws the rows of its agents only from time to time.
  await sleep(1_500);
  const picture = drawScreen(client.screenAnsi(), SIZE, 'A run in Claude Code, with the pane');
  writeFileSync(join(root, 'docs', 'images', 'pane.svg'), picture);
} finally {
  rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}
