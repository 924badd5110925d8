import { execFile, execFileSync, spawn } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { DEFAULT_WORKER_OPTIONS } from '../../src/claude/command-line.ts';
import { runPaths } from '../../src/store/run-paths.ts';
import { fakeClient } from '../support/fake-client.ts';
import { append } from '../support/stored-run.ts';
import { makeStage, outlastEcho, reapersOf } from '../support/swarm-run.ts';
import { makePlan, outcomes, PROJECT } from '../support/swarm-session.ts';
import { waitUntil } from '../support/wait-until.ts';

/**
 * Workers with faults that the real client cannot show on demand: fake clients that print its stream
 * format, or garbage.
 */
const TIMEOUT_MS = 120_000;

const SLEEPER = `spawn(process.execPath, ['-e', 'setTimeout(() => {}, 100000)']`;

test('kills a worker that ignores SIGINT and SIGTERM', { timeout: TIMEOUT_MS }, async () => {
  await using stage = await makeStage({
    plan: makePlan([{ id: 'deaf', tier: 'quick' }, { id: 'fine' }]),
    config: { tiers: { quick: { startToCloseTimeout: '1s', retry: { maximumAttempts: 1 } } } },
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

test('a second Ctrl-C kills workers that are slow to exit', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using stage = await makeStage({
    plan: makePlan([{ id: 'slow' }]),
    fakeClient: fakeClient({
      // It would exit well within the grace period of the first Ctrl-C.
      slow: `const write = (name) => require('node:fs').writeFileSync(name, '');
        process.on('SIGTERM', () => { write('asked'); setTimeout(() => { write('outlived'); process.exit(); }, 3000); });
        setInterval(() => {}, 1000); write('at-work');`,
    }),
  });
  const exists = (name: string) => existsSync(join(stage.repo.path, name));
  const running = stage.start('run', 'plan.md');
  await waitUntil(() => exists('at-work'));

  running.process.kill('SIGINT');
  await waitUntil(() => exists('asked'));
  await outlastEcho();
  running.process.kill('SIGINT');

  expect((await running.ended).code).toBe(130);
  await waitUntil(() => stage.leftovers().length === 0);
  expect(exists('outlived')).toBe(false);
});

test('does not kill processes that reuse the process ids of a run from before a reboot', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using stage = await makeStage({
    plan: makePlan([{ id: 'a' }, { id: 'b' }]),
    fakeClient: fakeClient({ a: `report('a');`, b: `report('b');` }),
  });
  await stage.swarm('plan', 'plan.md');
  const { id } = stage.readRun();
  const bystander = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
    detached: true,
    stdio: 'ignore',
  });
  try {
    const process = { pid: bystander.pid ?? 0, startedAt: '1' };
    const at = new Date(Date.now() - 1_000).toISOString();
    const [supervisor, attempt] = ['before-1', 'before-2'];
    const options = DEFAULT_WORKER_OPTIONS;
    append(
      runPaths(stage.repo.path, id),
      {
        ...{ event: 'supervisor.started', at, supervisor, process },
        ...{ replaces: null, maxParallel: 2, options },
      },
      { event: 'attempt.launched', at, task: 'a', attempt, session: attempt, supervisor },
      { event: 'worker.started', at, attempt, process },
    );

    const { code } = await stage.swarm('resume', id);

    expect(code).toBe(0);
    expect(outcomes(stage.readRun().status)).toEqual({ a: 'completed', b: 'completed' });
    expect([bystander.exitCode, bystander.signalCode]).toEqual([null, null]);
  } finally {
    bystander.kill('SIGKILL');
  }
});

test('rejects a client that is too old, and opens no run', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using stage = await makeStage({
    plan: makePlan([{ id: 'a' }]),
    fakeClient: `console.log('2.1.9 (Claude Code)');`,
  });

  const { code, stderr } = await stage.swarm('run', 'plan.md');

  expect(code).toBe(2);
  expect(stderr).toMatch(/nothing was started: Claude Code 2\.1\.9 .* is too old/);
  expect((await stage.swarm('list')).stdout).toContain('no runs');
});

test('starts nothing where the settings switch hooks off', { timeout: TIMEOUT_MS }, async () => {
  await using stage = await makeStage({
    plan: makePlan([{ id: 'a' }]),
    fakeClient: fakeClient({ a: `report('a');` }),
  });
  mkdirSync(join(stage.repo.path, '.claude'));
  stage.write('.claude/settings.local.json', '{"disableAllHooks": true}');

  const { code, stderr } = await stage.swarm('run', 'plan.md');

  expect(code).toBe(2);
  expect(stderr).toMatch(/nothing was started: .*settings\.local\.json .*"disableAllHooks"/);
  expect((await stage.swarm('list')).stdout).toContain('no runs');
});

test.for([
  { which: 'in its group', options: `{ stdio: 'ignore' }` },
  { which: 'in a session of its own', options: `{ stdio: 'ignore', detached: true }` },
  { which: 'with its streams open', options: `{ stdio: 'inherit', detached: true }` },
])(
  'ends a child $which that a worker leaves behind',
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

test('fails the attempt if the client cannot be started, and continues the run', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using stage = await makeStage({
    plan: makePlan([{ id: 'breaks' }, { id: 'next', needs: ['breaks'] }]),
    config: { tiers: { medium: { retry: { maximumAttempts: 1 } } } },
    fakeClient: fakeClient({
      breaks: `const fs = require('node:fs'); fs.rmSync('bin', { recursive: true }); fs.writeFileSync('bin', ''); report('broke it');`,
    }),
  });
  const client = join(stage.repo.path, 'bin', 'claude');
  mkdirSync(join(stage.repo.path, 'bin'));
  copyFileSync(stage.env.SWARM_CLAUDE_BIN ?? '', client);
  chmodSync(client, 0o755);
  stage.env.SWARM_CLAUDE_BIN = client;

  const { code } = await stage.swarm('run', 'plan.md');

  const { status } = stage.readRun();
  expect(outcomes(status)).toEqual({ breaks: 'completed', next: 'failed' });
  expect(status.tasks[1]?.error).toMatchObject({
    category: 'transient',
    message: expect.stringContaining('ENOTDIR'),
  });
  expect(code).toBe(1);
  expect(stage.leftovers()).toEqual([]);
});

const WAITS = `const at = setInterval(() => require('node:fs').existsSync('go') && (clearInterval(at), report('done')), 20);`;

test('ends the workers of a run that is removed, and does not recreate it', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using stage = await makeStage({
    plan: makePlan([{ id: 'a' }, { id: 'b' }]),
    fakeClient: fakeClient({ a: WAITS, b: 'setInterval(() => {}, 1000);' }),
  });
  const running = stage.start('run', 'plan.md');
  await waitUntil(() => stage.readRun().status.counts.working === 2);
  const { dir, id } = stage.readRun();

  rmSync(dir, { recursive: true, maxRetries: 5 });
  stage.write('go', '');

  const { code, stderr } = await running.ended;
  expect(stderr).toContain(`run ${id} was removed during its execution`);
  expect(code).toBe(3);
  expect(existsSync(dir)).toBe(false);
  expect(stage.leftovers()).toEqual([]);
});

test('stops if the ledger is truncated during the run, which can be resumed', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using stage = await makeStage({
    plan: makePlan([{ id: 'a' }, { id: 'b', needs: ['a'] }]),
    fakeClient: fakeClient({ a: WAITS, b: `report('done');` }),
  });
  const running = stage.start('run', 'plan.md');
  await waitUntil(() => stage.readRun().status.counts.working === 1);
  const { id, read } = stage.readRun();
  const [opened = ''] = read('ledger.jsonl').split('\n');

  truncateSync(runPaths(stage.repo.path, id).ledger, opened.length + 1);
  stage.write('go', '');

  const { code, stderr } = await running.ended;
  expect(stderr).toContain('the file was truncated or replaced');
  expect(code).toBe(1);
  expect(stage.leftovers()).toEqual([]);
  expect((await stage.swarm('run', id)).code).toBe(0);
  expect(outcomes(stage.readRun().status)).toEqual({ a: 'completed', b: 'completed' });
});

test('handles a backoff longer than the maximum timer', {
  timeout: TIMEOUT_MS,
}, async () => {
  const retry = { initialInterval: '1000h', maximumInterval: '1000h' };
  await using stage = await makeStage({
    plan: makePlan([{ id: 'fails' }]),
    config: { tiers: { medium: { retry } } },
    fakeClient: fakeClient({ fails: `process.kill(process.pid, 'SIGKILL');` }),
  });
  const running = stage.start('run', 'plan.md');
  await waitUntil(() => stage.readRun().summary.includes('will be retried'));
  // After this command the supervisor is waiting.
  await stage.swarm('status');
  running.process.kill('SIGINT');

  const { code, stderr } = await running.ended;
  expect(stderr).not.toContain('TimeoutOverflowWarning');
  expect(code).toBe(130);
});

test('skips garbage on the stream', { timeout: TIMEOUT_MS }, async () => {
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

test('does not pass variables of the surrounding session to workers', {
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

test('completes a run whose stdout and stderr are closed', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using stage = await makeStage({
    plan: makePlan([{ id: 'a' }, { id: 'b', needs: ['a'] }]),
    fakeClient: fakeClient({ a: `report('a');`, b: `report('b');` }),
  });
  const running = stage.start('run', 'plan.md');
  running.process.stdout?.destroy();
  running.process.stderr?.destroy();

  expect((await running.ended).code).toBe(0);

  expect(outcomes(stage.readRun().status)).toEqual({ a: 'completed', b: 'completed' });
});

const canLimit = existsSync('/usr/bin/prlimit');

test.runIf(canLimit)(
  'runs fewer workers at once if there are too few file descriptors',
  { timeout: TIMEOUT_MS },
  async () => {
    const ids = Array.from({ length: 12 }, (_, index) => `t${index}`);
    await using stage = await makeStage({
      plan: makePlan(ids.map((id) => ({ id }))),
      config: {
        tiers: { medium: { retry: { initialInterval: '300ms', maximumAttempts: 10 } } },
      },
      fakeClient: fakeClient(
        Object.fromEntries(ids.map((id) => [id, `setTimeout(() => report('done'), 300);`])),
      ),
    });
    const swarm = [process.execPath, join(PROJECT, 'bin', 'swarm')];
    const args = ['--nofile=38', ...swarm, 'run', 'plan.md', '--max-parallel', '12'];

    const { stderr } = await promisify(execFile)('prlimit', args, {
      cwd: stage.repo.path,
      env: stage.env,
    });

    expect(stderr).toContain('12 of 12 tasks completed');
    expect(stage.leftovers()).toEqual([]);
  },
);

test.runIf(canLimit)(
  'ends a worker whose start cannot be recorded',
  { timeout: TIMEOUT_MS },
  async () => {
    await using stage = await makeStage({
      plan: makePlan([{ id: 'a' }, { id: 'b', needs: ['a'] }]),
      fakeClient: fakeClient({
        a: WAITS,
        b: `if (require('node:fs').existsSync('rehearsed')) setInterval(() => {}, 1000); else report('b');`,
      }),
    });
    stage.write('go', '');
    await stage.swarm('run', 'plan.md', '--fresh');
    const lines = stage.readRun().read('ledger.jsonl').split('\n');
    const started = lines.findLastIndex((line) => line.includes('"worker.started"'));
    rmSync(join(stage.repo.path, 'go'));
    stage.write('rehearsed', '');

    const running = stage.start('run', 'plan.md', '--fresh');
    await waitUntil(() => stage.readRun().status.counts.working === 1);
    for (const pid of reapersOf(stage.readRun().id)) process.kill(pid, 'SIGKILL');
    // What earlier runs took is in this ledger, too.
    const isThere = () => stage.readRun().read('ledger.jsonl');
    await waitUntil(() => isThere().includes('"attempt.started"'));
    const begun = lines.findIndex((line) => line.includes('"attempt.started"')) + 1;
    const more = lines.slice(begun, started).join('\n').length + 1;
    const room = isThere().trimEnd().length + more + 60;
    execFileSync('prlimit', ['--pid', String(running.process.pid), `--fsize=${room}`]);
    stage.write('go', '');
    await running.ended;

    const { ledger } = stage.readRun();
    expect(ledger.filter(({ event }) => event === 'attempt.launched')).toHaveLength(2);
    expect(ledger.filter(({ event }) => event === 'worker.started')).toHaveLength(1);
    expect(stage.leftovers()).toEqual([]);
  },
);

test.runIf(canLimit)(
  'stops the workers when the disk is full; the run resumes once there is space again',
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
    await waitUntil(() => stage.readRun().status.counts.working === 2);
    const { id } = stage.readRun();
    // Files can no longer grow, as on a full disk.
    execFileSync('prlimit', ['--pid', String(running.process.pid), '--fsize=10']);
    stage.write('go', '');

    const { code, stderr } = await running.ended;
    await waitUntil(() => stage.leftovers().length === 0);

    expect(code).toBe(1);
    expect(stderr).toContain(`then resume it: swarm run ${id}`);
    stage.write('room', '');
    expect((await stage.swarm('run', id)).code).toBe(0);
    expect(outcomes(stage.readRun().status)).toEqual({ a: 'completed', b: 'completed' });
  },
);

test('a usage limit costs no attempt and launches nothing before its end', {
  timeout: TIMEOUT_MS,
}, async () => {
  const until = Math.ceil(Date.now() / 1_000) + 3_600;
  await using stage = await makeStage({
    plan: makePlan([{ id: 'a' }, { id: 'b' }]),
    config: { tiers: { medium: { retry: { initialInterval: '10ms' } } } },
    fakeClient: fakeClient({
      default: `attempt();
        say({ type: 'rate_limit_event', rate_limit_info: { status: 'rejected', resetsAt: ${until} } });
        say({ type: 'result', subtype: 'success', is_error: true, result: "You've hit your 5-hour limit · resets 3:20am" });
        process.exitCode = 1;`,
    }),
  });

  const { code, stderr } = await stage.swarm('run', 'plan.md', '--sequential');

  const { id, status } = stage.readRun();
  const end = new Date(until * 1_000).toISOString().slice(0, 16).replace('T', ' ');
  expect(code).toBe(4);
  expect(stderr).toContain(`Paused until ${end} UTC`);
  expect(stderr).toContain(`Resume after that: swarm run ${id}`);
  expect(status.pausedUntil?.slice(0, 16).replace('T', ' ')).toBe(end);
  expect(status.tasks.map(({ status, attempts }) => [status, attempts])).toEqual([
    ['pending', 1],
    ['pending', 0],
  ]);
  expect((await stage.swarm('run', id)).stderr).toContain('Resume after that');
  expect(stage.readRun().status.tasks[0]?.attempts).toBe(1);
});

test('launches nothing more when a usage limit is near, and lets what runs end', {
  timeout: TIMEOUT_MS,
}, async () => {
  const resetsAt = Math.ceil(Date.now() / 1_000) + 3_600;
  await using stage = await makeStage({
    plan: makePlan([{ id: 'a' }, { id: 'b' }]),
    fakeClient: fakeClient({
      default: `const info = { status: 'allowed_warning', resetsAt: ${resetsAt}, utilization: 0.97 };
        say({ type: 'rate_limit_event', rate_limit_info: info }); report(task);`,
    }),
  });

  const { code } = await stage.swarm('run', 'plan.md', '--sequential');

  expect(code).toBe(4);
  expect(outcomes(stage.readRun().status)).toEqual({ a: 'completed', b: 'pending' });
});

test('waits for the reset of a usage limit if the configuration says so', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using stage = await makeStage({
    plan: makePlan([{ id: 'a' }]),
    config: { usageLimit: { wait: '1m' } },
    fakeClient: fakeClient({
      a: `if (attempt() > 1) return report('a');
        const resetsAt = Math.ceil(Date.now() / 1000) + 1;
        say({ type: 'rate_limit_event', rate_limit_info: { status: 'rejected', resetsAt } });
        say({ type: 'result', subtype: 'success', is_error: true, result: "You've hit your 5-hour limit" });
        process.exitCode = 1;`,
    }),
  });

  expect((await stage.swarm('run', 'plan.md')).code).toBe(0);

  expect(stage.readRun().status.tasks[0]).toMatchObject({ status: 'completed', attempts: 2 });
});

test('warns before the start that edits will be refused, and names the refused tools', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using stage = await makeStage({
    plan: makePlan([{ id: 'a', writes: 'a.txt' }]),
    fakeClient: fakeClient({
      a: `attempt(); say({ type: 'result', subtype: 'success', is_error: false, result: 'I was not allowed to.',
        permission_denials: [{ tool_name: 'Write', tool_use_id: 'c1', tool_input: {} }] });`,
    }),
  });

  const { code, stderr } = await stage.swarm('run', 'plan.md');

  expect(code).toBe(0);
  expect(stderr).toMatch(/nothing allows workers to edit files.*: a\./);
  expect(stderr).toContain('a: the client refused Write');
  const { status, read } = stage.readRun();
  expect(status.tasks[0]).toMatchObject({ status: 'completed', deniedTools: ['Write'] });
  expect(read('SUMMARY.md')).toContain('## Refused tools');
  // Its report is not used again.
  const again = await stage.swarm('run', 'plan.md', '--permission-mode', 'acceptEdits');
  expect(again.stderr).not.toContain('nothing allows workers');
  expect(stage.readRun().status.tasks[0]?.reusedFrom).toBeNull();
});
