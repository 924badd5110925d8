import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { fakeClient } from '../support/fake-client.ts';
import { startInTerminal, type Terminal } from '../support/interactive-client.ts';
import { makeStage, outlastEcho, type RunStage } from '../support/swarm-run.ts';
import { makePlan, PROJECT } from '../support/swarm-session.ts';
import { waitUntil } from '../support/wait-until.ts';

/** The output of `swarm` on a terminal, and the effect of Ctrl-C. */

const TIMEOUT_MS = 120_000;
const PLAN = makePlan([{ id: 'alone' }]);

/** A client that hangs and ignores signals. */
const DEAF = fakeClient({
  alone: `process.on('SIGINT', () => {}).on('SIGTERM', () => {}); setInterval(() => {}, 1000);
    require('node:fs').writeFileSync('at-work', '');`,
});

/** A client that is slow to exit. */
const SLOW = fakeClient({
  alone: `const write = (name) => require('node:fs').writeFileSync(name, '');
    process.on('SIGTERM', () => { write('asked'); setTimeout(() => { write('ended-well'); process.exit(); }, 1000); });
    setInterval(() => {}, 1000); write('at-work');`,
});

const exists = (stage: RunStage, name: string) => existsSync(join(stage.repo.path, name));

function openTerminal(stage: RunStage, ...args: string[]): Terminal {
  // Print the exit code that a shell sees.
  const script = 'trap : INT; "$@"; echo "exit code $?"';
  const command = ['/bin/sh', '-c', script, 'sh', join(PROJECT, 'bin', 'swarm'), ...args];
  return startInTerminal(command, { cwd: stage.repo.path, env: stage.env, columns: 100, rows: 20 });
}

test('a watch says that the run is inactive, and after Ctrl-C how to watch it again', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using stage = await makeStage({ plan: PLAN });
  await stage.swarm('plan', 'plan.md');
  await using terminal = openTerminal(stage, 'watch');
  const first = await terminal.waitFor(/○ alone/);
  expect(first).toMatch(/^run \S+ is inactive\. Resume: /m);
  terminal.sendKeys('C-c');
  const screen = await terminal.waitFor(/exit code 130/);
  expect(screen).toMatch(/^run \S+ is inactive\. Watch it again: swarm watch \S+$/m);
});

test('the first Ctrl-C says what a second one does, and the second one how to resume', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using stage = await makeStage({ plan: PLAN, fakeClient: DEAF });
  await using terminal = openTerminal(stage, 'run', 'plan.md');
  await terminal.waitFor(/◐ alone/);
  await waitUntil(() => exists(stage, 'at-work'));
  terminal.sendKeys('C-c');
  const asked = await terminal.waitFor(/press Ctrl-C again to kill them/);
  expect(asked.match(/◐ working/g)).toHaveLength(1);
  await outlastEcho();
  terminal.sendKeys('C-c');
  const screen = await terminal.waitFor(/exit code 130/);
  expect(screen).toMatch(/^killed the workers. Resume: swarm run \S+$/m);
  expect(screen).not.toContain('◐');
  expect(screen.match(/○ inactive: /g)).toHaveLength(1);
});

test('typing during a run leaves nothing on the screen, and the last view is that of a stopped run', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using stage = await makeStage({ plan: PLAN, fakeClient: SLOW });
  await using terminal = openTerminal(stage, 'run', 'plan.md');
  await terminal.waitFor(/◐ alone/);
  await waitUntil(() => exists(stage, 'at-work'));
  terminal.type('typed');
  terminal.sendKeys('Enter', 'Enter', 'Enter');
  // The clock of the task redraws the view.
  await terminal.waitFor(/ [3-9]s of 10m/);
  const during = terminal.screen();
  expect(during.match(/◐ working/g)).toHaveLength(1);
  expect(during).not.toContain('typed');
  terminal.sendKeys('C-c');
  const screen = await terminal.waitFor(/exit code 130/);
  expect(screen).not.toContain('◐');
  expect(screen).toMatch(/^○ inactive: 0 of 1 task completed, 1 pending/m);
});

const canMakeTerminal = existsSync('/usr/bin/script');

test.runIf(canMakeTerminal)(
  'closing the terminal stops the workers gracefully',
  { timeout: TIMEOUT_MS },
  async () => {
    await using stage = await makeStage({ plan: PLAN, fakeClient: SLOW });
    const command = `'${process.execPath}' '${PROJECT}/bin/swarm' run plan.md`;
    const terminal = spawn('script', ['-qec', command, '/dev/null'], {
      cwd: stage.repo.path,
      env: stage.env,
    });
    await waitUntil(() => exists(stage, 'at-work'));

    terminal.kill('SIGKILL');

    await waitUntil(() => stage.leftovers().length === 0);
    expect(exists(stage, 'ended-well')).toBe(true);
    expect(stage.readRun().ledger.at(-1)).toMatchObject({
      event: 'supervisor.ended',
      reason: 'aborted',
    });
  },
);

test.for([
  { first: 'SIGINT', when: 'at once', second: 'SIGTERM' },
  { first: 'SIGTERM', when: 'when the worker was asked', second: 'SIGHUP' },
] as const)(
  '$first and, $when, $second count as one request to stop',
  { timeout: TIMEOUT_MS },
  async ({ first, when, second }) => {
    await using stage = await makeStage({ plan: PLAN, fakeClient: SLOW });
    const running = stage.start('run', 'plan.md');
    await waitUntil(() => exists(stage, 'at-work'));

    running.process.kill(first);
    if (when !== 'at once') await waitUntil(() => exists(stage, 'asked'));
    running.process.kill(second);

    expect((await running.ended).code).toBe(130);
    expect(exists(stage, 'ended-well')).toBe(true);
  },
);

test('closing stdout ends a watch, but not a run', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using stage = await makeStage({
    plan: PLAN,
    fakeClient: fakeClient({
      alone: `const at = setInterval(() => require('node:fs').existsSync('go') && (clearInterval(at), report('done')), 20);`,
    }),
  });
  const swarm = `'${process.execPath}' '${PROJECT}/bin/swarm'`;
  const shell = (command: string) =>
    promisify(execFile)('sh', ['-c', command], { cwd: stage.repo.path, env: stage.env });
  const running = shell(`${swarm} run plan.md | true`);
  await waitUntil(() => stage.readRun().status.counts.working === 1);
  const watching = shell(`${swarm} watch --json | head -n 1`);
  await waitUntil(() => existsSync(join(stage.readRun().dir, 'tasks', 'alone.md')));

  stage.write('go', '');

  expect((await running).stderr).toContain('1 of 1 task completed');
  expect((await watching).stdout).toMatch(/^\{.*\}\n$/);
  expect((await watching).stderr).not.toContain('EPIPE');
});
