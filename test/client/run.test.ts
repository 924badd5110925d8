import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify, stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { statusDocument } from '../../src/run/status-schema.ts';
import { bash, checkpoint, result } from '../support/orchestrator.ts';
import type { ModelRequest } from '../support/scripted-model.ts';
import { makeStage, until } from '../support/swarm-run.ts';
import { makePlan, outcomes, PROJECT } from '../support/swarm-session.ts';

/** `swarm run` with the real client as worker of each task, and a scripted model. */

const TIMEOUT_MS = 120_000;

/** Counts the sessions that asked for each task. */
function attemptsSeen() {
  const seen = new Map<string, Set<string>>();
  return (request: ModelRequest, ref: string): number => {
    const sessions = seen.get(ref) ?? new Set();
    sessions.add(request.headers['x-claude-code-session-id'] ?? '');
    seen.set(ref, sessions);
    return sessions.size;
  };
}

const never = () => new Promise<never>(() => {});

test('every task gets a worker, those that need others after them, and all reports are kept', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using stage = await makeStage({
    plan: makePlan([{ id: 'a' }, { id: 'b', agent: 'Explore' }, { id: 'c', needs: ['a', 'b'] }]),
    agents: {
      a: [checkpoint(50, 'half of it'), result('# Long report of a'), { text: 'Short a.' }],
      b: [{ text: 'The whole of b.' }],
    },
  });

  const { code, stdout, stderr } = await stage.swarm('run', 'plan.md');

  expect(stderr).toContain('completed: 3 of 3 tasks completed');
  expect(code).toBe(0);
  const run = stage.readRun();
  expect(run.errors).toBe('');
  expect(outcomes(run.status)).toEqual({ a: 'completed', b: 'completed', c: 'completed' });
  expect(run.read('results/a.md')).toBe('# Long report of a\n');
  expect(run.read('results/b.md')).toBe('The whole of b.');
  expect(run.summary).toContain('> Short a.');
  expect(stdout).toContain('a working 50% half of it');
  expect(stdout).toContain('c completed');
  const brief = stage.requests.find((one) => one.firstUserText.includes('# Your task: c'));
  expect(brief?.firstUserText).toContain(`${run.dir}/results/a.md`);
  const agent = stage.requests.find((one) => one.firstUserText.includes('# Your task: a'));
  expect(agent?.system).toContain('You do one task of a larger goal');
  expect(run.state.supervision.current).toBeNull();
  expect(stage.leftovers()).toEqual([]);
});

test('failures are named by category, tried again or not', { timeout: TIMEOUT_MS }, async () => {
  const attempt = attemptsSeen();
  const tiers = { medium: { retry: { initialInterval: '100ms' } } };
  await using stage = await makeStage({
    plan: makePlan([
      ...['shaky', 'cut', 'reset', 'wrong', 'refused', 'silent', 'down'].map((id) => ({ id })),
      { id: 'unknown', agent: 'no-such-agent' },
      { id: 'after', needs: ['wrong'] },
    ]),
    config: { tiers },
    agents: {
      shaky: (request, ref) =>
        attempt(request, ref) > 1 ? { text: 'At last.' } : { error: { status: 529 } },
      cut: (request, ref) =>
        attempt(request, ref) > 1 ? { text: 'Whole.' } : { text: 'half '.repeat(30), cut: true },
      reset: (request, ref) =>
        attempt(request, ref) > 1 ? { text: 'Not reset.' } : { reset: true },
      wrong: () => ({ error: { status: 400 } }),
      refused: () => ({ error: { status: 401 } }),
      silent: () => ({ text: '' }),
      down: () => ({ error: { status: 500 } }),
    },
  });

  const { code, stderr } = await stage.swarm('run', 'plan.md');

  const { status, errors } = stage.readRun();
  expect(errors).toBe('');
  expect(outcomes(status)).toEqual({
    shaky: 'completed',
    cut: 'completed',
    reset: 'completed',
    wrong: 'failed',
    refused: 'failed',
    silent: 'failed',
    down: 'failed',
    unknown: 'failed',
    after: 'cancelled',
  });
  const categories = status.tasks.flatMap(({ id, error }) => (error ? [[id, error.category]] : []));
  expect(Object.fromEntries(categories)).toEqual({
    wrong: 'fatal',
    refused: 'fatal',
    silent: 'empty',
    down: 'transient',
    unknown: 'fatal',
  });
  expect(status.tasks.map(({ attempts }) => attempts)).toEqual([2, 2, 2, 1, 1, 2, 2, 1, 0]);
  expect(code).toBe(1);
  expect(stderr).toContain('unknown: fatal');
  expect(stage.leftovers()).toEqual([]);
});

test('rate limits lower how many work at once, down to one after the other', {
  timeout: TIMEOUT_MS,
}, async () => {
  const limited = new Set<string>();
  let [now, most] = [0, 0];
  const tiers = { quick: {}, medium: { retry: { initialInterval: '50ms', maximumAttempts: 5 } } };
  await using stage = await makeStage({
    plan: makePlan(['a', 'b', 'c', 'd'].map((id) => ({ id }))),
    config: { tiers },
    env: { CLAUDE_CODE_MAX_RETRIES: '0' },
    agents: {
      default: async (_, ref) => {
        // All four meet the limit once.
        if (!limited.has(ref)) {
          limited.add(ref);
          while (limited.size < 4) await sleep(10);
          return { error: { status: 429, message: 'rate limit' } };
        }
        most = Math.max(most, ++now);
        await sleep(300);
        now--;
        return { text: 'done' };
      },
    },
  });

  const { code } = await stage.swarm('run', 'plan.md', '--max-parallel', '4');

  expect(code).toBe(0);
  expect(most).toBeLessThan(4);
  expect(stage.leftovers()).toEqual([]);
});

test('--sequential runs one after the other', { timeout: TIMEOUT_MS }, async () => {
  let [now, most] = [0, 0];
  await using stage = await makeStage({
    plan: makePlan(['a', 'b', 'c'].map((id) => ({ id }))),
    agents: {
      default: async () => {
        most = Math.max(most, ++now);
        await sleep(200);
        now--;
        return { text: 'done' };
      },
    },
  });

  const { code } = await stage.swarm('run', 'plan.md', '--sequential');

  expect([code, most]).toEqual([0, 1]);
});

test('the quorum decides, and --json gives one document a line', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using stage = await makeStage({
    plan: makePlan([{ id: 'a' }, { id: 'b' }]).replace('goal:', 'quorum: 1\ngoal:'),
    agents: { b: () => ({ error: { status: 400 } }) },
  });

  const { code, stdout } = await stage.swarm('run', 'plan.md', '--json');

  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => statusDocument.parse(JSON.parse(line)));
  expect(lines.at(-1)?.status).toBe('completed');
  expect(code).toBe(0);
});

test('a cancelled task ends at once, also when it is deep in a command', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using stage = await makeStage({
    plan: makePlan([{ id: 'keep' }, { id: 'drop' }, { id: 'after', needs: ['drop'] }]),
    agents: {
      keep: [{ text: 'kept' }],
      drop: () => bash('node -e "setTimeout(() => {}, 100000)" & wait'),
    },
  });
  const running = stage.start('run', 'plan.md', '--allowed-tools', 'Bash');
  await until(() => stage.requests.find((one) => one.firstUserText.includes('task: drop')));
  await until(() => outcomes(stage.readRun().status).keep === 'completed');

  const cancelled = await stage.swarm('cancel', `${stage.readRun().id}/drop`);
  const { code } = await running.ended;

  expect(cancelled.stdout).toBe('asked to stop at the next step: drop\n');
  expect(outcomes(stage.readRun().status)).toEqual({
    keep: 'completed',
    drop: 'cancelled',
    after: 'cancelled',
  });
  expect(code).toBe(1);
  expect(stage.leftovers()).toEqual([]);
});

test('what is not done in its time is ended and tried again: a model that is silent, tool calls without end, one that hangs', {
  timeout: TIMEOUT_MS,
}, async () => {
  const attempt = attemptsSeen();
  const again = { text: 'Quick.' };
  const retry = { initialInterval: '50ms', maximumAttempts: 10 };
  // Longer than a client needs on a busy machine to start and say one word.
  const tiers = { medium: { startToCloseTimeout: '12s', retry } };
  await using stage = await makeStage({
    plan: makePlan([{ id: 'silent' }, { id: 'loops' }, { id: 'hangs' }]),
    config: { tiers },
    agents: {
      silent: (request, ref) => (attempt(request, ref) > 1 ? again : never()),
      loops: (request, ref) =>
        attempt(request, ref) > 1 ? again : { ...bash('true'), delayMs: 300 },
      hangs: (request, ref) =>
        attempt(request, ref) > 1 ? again : bash('node -e "setTimeout(() => {}, 100000)"'),
    },
  });

  const { code } = await stage.swarm('run', 'plan.md', '--allowed-tools', 'Bash');

  const { state, status } = stage.readRun();
  expect(code).toBe(0);
  for (const { id, attempts, status: outcome } of status.tasks) {
    expect([id, outcome]).toEqual([id, 'completed']);
    expect(attempts).toBeGreaterThan(1);
    expect(state.tasks.get(id)?.attempts[0]?.end?.category).toBe('timeout');
  }
  expect(stage.leftovers()).toEqual([]);
});

test.for([
  { signal: 'SIGINT', times: 1 },
  { signal: 'SIGTERM', times: 1 },
  { signal: 'SIGINT', times: 2 },
] as const)(
  '$signal ($times) ends the workers and leaves a run that can be gone on with',
  { timeout: TIMEOUT_MS },
  async ({ signal, times }) => {
    let isAnswering = false;
    await using stage = await makeStage({
      plan: makePlan([{ id: 'a' }, { id: 'b', needs: ['a'] }]),
      agents: { a: () => (isAnswering ? { text: 'Now.' } : never()) },
    });
    const running = stage.start('run', 'plan.md');
    await until(() => stage.requests.find((one) => one.firstUserText.includes('task: a')));

    for (let sent = 0; sent < times; sent++) {
      if (sent > 0) await sleep(150);
      running.process.kill(signal);
    }
    const first = await running.ended;
    await until(() => stage.leftovers().length === 0);

    const { id, status } = stage.readRun();
    expect(first.code).toBe(130);
    expect(outcomes(status)).toEqual({ a: 'pending', b: 'pending' });
    isAnswering = true;
    const second = await stage.swarm('run', id);
    expect(second.code).toBe(0);
    expect(outcomes(stage.readRun().status)).toEqual({ a: 'completed', b: 'completed' });
    expect(stage.leftovers()).toEqual([]);
  },
);

test('a failed task is tried once more when a person asks for it', {
  timeout: TIMEOUT_MS,
}, async () => {
  let isMended = false;
  await using stage = await makeStage({
    plan: makePlan([{ id: 'a' }, { id: 'b', needs: ['a'] }]),
    agents: { a: () => (isMended ? { text: 'Now.' } : { error: { status: 400 } }) },
  });
  const first = await stage.swarm('run', 'plan.md');
  const { id } = stage.readRun();
  expect(first.stderr).toContain(`swarm retry ${id}/a && swarm run ${id}`);
  isMended = true;

  const retried = await stage.swarm('retry', `${id}/a`);
  const { code } = await stage.swarm('run', id);

  expect(retried.stdout).toContain(`Resume: swarm run ${id}`);
  expect(code).toBe(0);
  expect(outcomes(stage.readRun().status)).toEqual({ a: 'completed', b: 'completed' });
});

test('the second supervisor of a run is refused by name', { timeout: TIMEOUT_MS }, async () => {
  let isDone = false;
  await using stage = await makeStage({
    plan: makePlan([{ id: 'a' }]),
    agents: {
      a: async () => {
        while (!isDone) await sleep(20);
        return { text: 'done' };
      },
    },
  });
  const running = stage.start('run', 'plan.md');
  const { id } = await until(() => stage.requests.length > 0 && stage.readRun());

  const second = await stage.swarm('run', id);

  expect(second.code).toBe(1);
  expect(second.stderr).toContain(`process ${running.process.pid}`);
  isDone = true;
  expect((await running.ended).code).toBe(0);
});

test('without a client nothing is opened', { timeout: TIMEOUT_MS }, async () => {
  await using stage = await makeStage({
    plan: makePlan([{ id: 'a' }]),
    env: { SWARM_CLAUDE_BIN: '/no/such/claude' },
  });

  const { code, stderr } = await stage.swarm('run', 'plan.md');

  expect(code).toBe(2);
  expect(stderr).toContain('SWARM_CLAUDE_BIN names /no/such/claude');
  expect((await stage.swarm('list')).stdout).toContain('no runs');
});

const canMakeTerminal = existsSync('/usr/bin/script');

test.runIf(canMakeTerminal)(
  'on a terminal each task has a line that is redrawn in its width',
  {
    timeout: TIMEOUT_MS,
  },
  async () => {
    await using stage = await makeStage({
      plan: makePlan([{ id: 'a' }, { id: 'b', needs: ['a'] }]),
      agents: { a: [checkpoint(50, 'half of it'), { text: 'a', delayMs: 1_500 }] },
    });
    const command = `stty cols 60 rows 20; '${process.execPath}' '${PROJECT}/bin/swarm' run plan.md`;

    const { stdout } = await promisify(execFile)('script', ['-qec', command, '/dev/null'], {
      cwd: stage.repo.path,
      env: stage.env,
    });

    expect(stdout).toContain('◐ a █████░░░░░  50%');
    expect(stdout).toMatch(/\ds\/10m {2}half of it/);
    expect(stdout).toMatch(/used \d+ tokens, \$0\.00\d+/);
    expect(stdout).toContain('completed: 2 of 2 tasks completed');
    const drawn = stripVTControlCharacters(stdout)
      .split(/\r?\n/)
      .filter((line) => /[█░]/.test(line));
    for (const line of drawn) expect(stringWidth(line)).toBeLessThanOrEqual(60);
    expect(stage.leftovers()).toEqual([]);
  },
);
