import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fakeClient } from '../support/fake-client.ts';
import { startInTerminal, type Terminal } from '../support/interactive-client.ts';
import { makeStage, type RunStage } from '../support/swarm-run.ts';
import { makePlan, PROJECT } from '../support/swarm-session.ts';

/** What `swarm` shows on a terminal, and what Ctrl-C does there. */

const TIMEOUT_MS = 60_000;
const WAIT_MS = 20_000;
const PLAN = makePlan([{ id: 'alone' }]);

/** A client that hangs, whatever it is asked. */
const DEAF = fakeClient({
  alone: `process.on('SIGINT', () => {}).on('SIGTERM', () => {}); setInterval(() => {}, 1000);`,
});

function openTerminal(stage: RunStage, ...args: string[]): Terminal {
  // The exit code is what a shell is told.
  const script = 'trap : INT; "$@"; echo "exit code $?"';
  const command = ['/bin/sh', '-c', script, 'sh', join(PROJECT, 'bin', 'swarm'), ...args];
  return startInTerminal(command, { cwd: stage.repo.path, env: stage.env, columns: 100, rows: 20 });
}

test('a watch says when nothing is at work, and how to follow it again after Ctrl-C', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using stage = await makeStage({ plan: PLAN });
  await stage.swarm('plan', 'plan.md');
  await using terminal = openTerminal(stage, 'watch');
  const first = await terminal.waitFor(/○ alone/, WAIT_MS);
  expect(first).toMatch(/^run \S+ is not at work\. Go on: /m);
  terminal.sendKeys('C-c');
  const screen = await terminal.waitFor(/exit code 130/, WAIT_MS);
  expect(screen).toMatch(/^run \S+ is not at work; `swarm watch \S+` follows it again$/m);
});

test('Ctrl-C says above the live view what a second one does, and that says how to go on', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using stage = await makeStage({ plan: PLAN, fakeClient: DEAF });
  await using terminal = openTerminal(stage, 'run', 'plan.md');
  await terminal.waitFor(/◐ alone/, WAIT_MS);
  terminal.sendKeys('C-c');
  const asked = await terminal.waitFor(/once more kills them/, WAIT_MS);
  expect(asked.match(/◐ working/g)).toHaveLength(1);
  terminal.sendKeys('C-c');
  const screen = await terminal.waitFor(/exit code 130/, WAIT_MS);
  expect(screen).toMatch(/^killed the workers; go on: swarm run \S+$/m);
  expect(screen.match(/◐ working/g)).toHaveLength(1);
});
