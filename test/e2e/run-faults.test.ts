import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fakeClient } from '../support/fake-client.ts';
import { makeStage, until } from '../support/swarm-run.ts';
import { makePlan, outcomes } from '../support/swarm-session.ts';

/**
 * Workers that behave as no real client does on demand: programs in its place, which speak its
 * stream where they speak at all.
 */
const TIMEOUT_MS = 60_000;

const SLEEPER = `spawn(process.execPath, ['-e', 'setTimeout(() => {}, 100000)']`;

test('a worker that ignores SIGINT and SIGTERM is killed', { timeout: TIMEOUT_MS }, async () => {
  await using stage = await makeStage({
    plan: makePlan([{ id: 'deaf' }, { id: 'fine' }]),
    config: { tiers: { medium: { startToCloseTimeout: '1s', retry: { maximumAttempts: 1 } } } },
    fakeClient: fakeClient({
      deaf: `process.on('SIGINT', () => {}).on('SIGTERM', () => {}); ${SLEEPER}, { detached: true, stdio: 'ignore' }); setInterval(() => {}, 1000);`,
      fine: `report('fine');`,
    }),
  });

  const { code } = await stage.swarm('run', 'plan.md');

  const { status } = stage.readRun();
  expect(outcomes(status)).toEqual({ deaf: 'failed', fine: 'completed' });
  expect(status.tasks[0]?.error?.category).toBe('timeout');
  expect(code).toBe(1);
  expect(stage.leftovers()).toEqual([]);
});

test.for([
  { which: 'in its group', options: `{ stdio: 'ignore' }` },
  { which: 'in a session of its own', options: `{ stdio: 'ignore', detached: true }` },
  { which: 'with its streams open', options: `{ stdio: 'inherit', detached: true }` },
])(
  'a child $which that a worker leaves behind is ended',
  { timeout: TIMEOUT_MS },
  async ({ options }) => {
    await using stage = await makeStage({
      plan: makePlan([{ id: 'forks' }, { id: 'next', needs: ['forks'] }]),
      fakeClient: fakeClient({
        forks: `${SLEEPER}, ${options}).unref(); report('left a child'); process.exit(0);`,
        next: `report('fine');`,
      }),
    });

    const { code } = await stage.swarm('run', 'plan.md');

    expect(code).toBe(0);
    expect(stage.leftovers()).toEqual([]);
  },
);

test('garbage on the stream is passed over', { timeout: TIMEOUT_MS }, async () => {
  await using stage = await makeStage({
    plan: makePlan([{ id: 'noisy' }, { id: 'mute' }, { id: 'crash' }]),
    config: { tiers: { medium: { retry: { maximumAttempts: 1 } } } },
    fakeClient: fakeClient({
      noisy: `process.stdout.write(Buffer.from([0, 255, 254, 10]));
        console.log('{"type":"result"'); console.log('{"type":"assistant","message":7}'); console.log('[]\\n\\n{}');
        console.log('x'.repeat(3_000_000)); console.log('{"type":"result","subtype":7}');
        report('found in the noise'); process.stdout.write('{"type":"result","subtype":"err');`,
      mute: `console.log('not a word of JSON');`,
      crash: `process.kill(process.pid, 'SIGSEGV');`,
    }),
  });

  const { code } = await stage.swarm('run', 'plan.md');

  const run = stage.readRun();
  expect(outcomes(run.status)).toEqual({ noisy: 'completed', mute: 'failed', crash: 'failed' });
  expect(run.read('results/noisy.md')).toBe('found in the noise');
  expect(run.status.tasks.map(({ error }) => error?.category)).toEqual([undefined, 'lost', 'lost']);
  expect(code).toBe(1);
  expect(stage.leftovers()).toEqual([]);
});

test('what a worker is given of the session around it is nothing', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using stage = await makeStage({
    plan: makePlan([{ id: 'env' }]),
    env: { CLAUDECODE: '1', CLAUDE_CODE_SESSION_ID: 'outer', CLAUDE_CODE_USE_BEDROCK: '1' },
    fakeClient: fakeClient({
      env: `report(JSON.stringify([process.env.CLAUDECODE, process.env.CLAUDE_CODE_SESSION_ID, process.env.CLAUDE_CODE_USE_BEDROCK]));`,
    }),
  });

  await stage.swarm('run', 'plan.md');

  expect(stage.readRun().read('results/env.md')).toBe('[null,null,"1"]');
});

const canLimit = existsSync('/usr/bin/prlimit');

test.runIf(canLimit)(
  'a disk that fills up ends the workers and says so; the run goes on when there is room',
  {
    timeout: TIMEOUT_MS,
  },
  async () => {
    await using stage = await makeStage({
      plan: makePlan([{ id: 'a' }, { id: 'b' }]),
      fakeClient: fakeClient({
        a: `const at = setInterval(() => require('node:fs').existsSync('go') && (clearInterval(at), report('a')), 20);`,
        b: `if (require('node:fs').existsSync('room')) return report('b'); setInterval(() => {}, 1000);`,
      }),
    });
    const running = stage.start('run', 'plan.md');
    await until(() => stage.readRun().status.counts.working === 2);
    const { id } = stage.readRun();
    // No file may grow, as on a full disk.
    execFileSync('prlimit', ['--pid', String(running.process.pid), '--fsize=10']);
    stage.write('go', '');

    const { code, stderr } = await running.ended;
    await until(() => stage.leftovers().length === 0);

    expect(code).toBe(1);
    expect(stderr).toContain(`go on: swarm run ${id}`);
    stage.write('room', '');
    expect((await stage.swarm('run', id)).code).toBe(0);
    expect(outcomes(stage.readRun().status)).toEqual({ a: 'completed', b: 'completed' });
  },
);
