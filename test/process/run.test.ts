import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import type { LedgerEvent } from '../../src/ledger/events.ts';
import { statusDocument } from '../../src/run/status-schema.ts';
import { fakeClient, untilThere } from '../support/fake-client.ts';
import { makeStage, outlastEcho, type RunStage } from '../support/swarm-run.ts';
import { makePlan, outcomes, PROJECT } from '../support/swarm-session.ts';
import { waitUntil } from '../support/wait-until.ts';

/** `swarm run` with fake workers that print recorded output of the real client. */

const HANGS = `require('node:fs').writeFileSync('at-work', ''); setInterval(() => {}, 1000);`;
const isWorkerRunning = ({ repo }: RunStage) => existsSync(join(repo.path, 'at-work'));

test('classifies failures by category and retries the transient ones', async () => {
  const fails = (behaviour: string) => `play('${behaviour}');`;
  const once = (behaviour: string, text: string) =>
    `attempt() > 1 ? report('${text}') : play('${behaviour}');`;
  await using stage = await makeStage({
    plan: makePlan([
      ...['shaky', 'cut', 'reset', 'wrong', 'refused', 'silent', 'down'].map((id) => ({ id })),
      { id: 'unknown', agent: 'no-such-agent' },
      { id: 'after', needs: ['wrong'] },
    ]),
    config: { tiers: { medium: { retry: { initialInterval: '100ms' } } } },
    fakeClient: fakeClient({
      shaky: once('api-error-529', 'At last.'),
      cut: once('connection-cut', 'Whole.'),
      reset: once('connection-reset', 'Not reset.'),
      wrong: fails('api-error-400'),
      refused: fails('api-error-401'),
      silent: fails('reports-nothing'),
      down: fails('api-error-500'),
      unknown: fails('unknown-agent'),
    }),
  });

  const { code, stderr } = await stage.swarm('run', 'plan.md');

  const { status, errors, read } = stage.readRun();
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
  expect(read('results/shaky.md')).toBe('At last.');
  expect(code).toBe(1);
  expect(stderr).toContain('unknown: fatal');
  expect(stage.leftovers()).toEqual([]);
});

/** The most workers that ran at once, by the ledger. @param from the first attempt that counts */
function mostAtOnce(ledger: readonly LedgerEvent[], from = 1): number {
  const attempts = new Map<string, number>();
  const atWork = new Set<string>();
  let most = 0;
  for (const event of ledger) {
    if (event.event === 'attempt.launched') {
      const number = (attempts.get(event.task) ?? 0) + 1;
      attempts.set(event.task, number);
      if (number >= from) atWork.add(event.attempt);
    }
    if (event.event === 'agent.ended') atWork.delete(event.attempt ?? '');
    most = Math.max(most, atWork.size);
  }
  return most;
}

test('rate limits lower the number of parallel workers', async () => {
  await using stage = await makeStage({
    plan: makePlan(['a', 'b', 'c', 'd'].map((id) => ({ id }))),
    config: { tiers: { medium: { retry: { initialInterval: '50ms', maximumAttempts: 5 } } } },
    fakeClient: fakeClient({
      // All four hit the rate limit once.
      default: `if (attempt() > 1) return setTimeout(() => report('done'), 300);
        require('node:fs').writeFileSync('met-' + task, '');
        const met = () => ['a', 'b', 'c', 'd'].every((one) => require('node:fs').existsSync('met-' + one));
        const at = setInterval(() => met() && (clearInterval(at), play('api-error-429')), 20);`,
    }),
  });

  const { code } = await stage.swarm('run', 'plan.md', '--max-parallel', '4');

  expect(code).toBe(0);
  const { ledger } = stage.readRun();
  expect(mostAtOnce(ledger)).toBe(4);
  expect(mostAtOnce(ledger, 2)).toBeLessThan(4);
  expect(stage.leftovers()).toEqual([]);
});

test('--sequential runs one task after the other', async () => {
  await using stage = await makeStage({
    plan: makePlan(['a', 'b', 'c'].map((id) => ({ id }))),
    fakeClient: fakeClient({ default: `setTimeout(() => report('done'), 200);` }),
  });

  const { code } = await stage.swarm('run', 'plan.md', '--sequential');

  expect([code, mostAtOnce(stage.readRun().ledger)]).toEqual([0, 1]);
});

test('the quorum decides the outcome, and --json prints one document per line', async () => {
  await using stage = await makeStage({
    plan: makePlan([{ id: 'a' }, { id: 'b' }]).replace('goal:', 'quorum: 1\ngoal:'),
    fakeClient: fakeClient({ a: `report('a');`, b: `play('api-error-400');` }),
  });

  const { code, stdout } = await stage.swarm('run', 'plan.md', '--json');

  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => statusDocument.parse(JSON.parse(line)));
  expect(lines.at(-1)?.status).toBe('completed');
  expect(code).toBe(0);
});

test.for([
  { signal: 'SIGINT', times: 'once' },
  { signal: 'SIGTERM', times: 'once' },
  { signal: 'SIGINT', times: 'twice' },
] as const)(
  '$signal, sent $times, stops the workers and leaves a run that can be resumed',
  async ({ signal, times }) => {
    await using stage = await makeStage({
      plan: makePlan([{ id: 'a' }, { id: 'b', needs: ['a'] }]),
      fakeClient: fakeClient({
        // If the worker exited at once, so would the supervisor, before the second signal.
        a: `process.on('SIGTERM', () => ${times === 'once'} && process.exit(143));
          require('node:fs').existsSync('go') ? report('Now.') : (() => {${HANGS}})();`,
        b: `report('b');`,
      }),
    });
    const running = stage.start('run', 'plan.md');
    await waitUntil(() => isWorkerRunning(stage));

    running.process.kill(signal);
    if (times === 'twice') {
      await outlastEcho();
      running.process.kill(signal);
    }
    const first = await running.ended;
    await waitUntil(() => stage.leftovers().length === 0);

    const { id, status } = stage.readRun();
    expect(first.code).toBe(130);
    expect(outcomes(status)).toEqual({ a: 'pending', b: 'pending' });
    stage.write('go', '');
    const second = await stage.swarm('run', id);
    expect(second.code).toBe(0);
    expect(outcomes(stage.readRun().status)).toEqual({ a: 'completed', b: 'completed' });
    expect(stage.leftovers()).toEqual([]);
  },
);

test('swarm retry runs a failed task once more', async () => {
  await using stage = await makeStage({
    plan: makePlan([{ id: 'a' }, { id: 'b', needs: ['a'] }]),
    fakeClient: fakeClient({
      a: `attempt() > 1 ? report('Now.') : play('api-error-400');`,
      b: `report('b');`,
    }),
  });
  const first = await stage.swarm('run', 'plan.md');
  const { id } = stage.readRun();
  expect(first.stderr).toContain(`swarm retry ${id}/a && swarm run ${id}`);

  const retried = await stage.swarm('retry', `${id}/a`);
  const { code } = await stage.swarm('run', id);

  expect(retried.stdout).toContain(`Resume: swarm run ${id}`);
  expect(code).toBe(0);
  expect(outcomes(stage.readRun().status)).toEqual({ a: 'completed', b: 'completed' });
});

test('rejects a second supervisor and names the process of the first', async () => {
  await using stage = await makeStage({
    plan: makePlan([{ id: 'a' }]),
    fakeClient: fakeClient({
      a: `require('node:fs').writeFileSync('at-work', ''); ${untilThere('go', `report('done');`)}`,
    }),
  });
  const running = stage.start('run', 'plan.md');
  await waitUntil(() => isWorkerRunning(stage));
  const { id } = stage.readRun();

  const second = await stage.swarm('run', id);

  expect(second.code).toBe(1);
  expect(second.stderr).toContain(`process ${running.process.pid}`);
  stage.write('go', '');
  expect((await running.ended).code).toBe(0);
});

test('opens no run without a client', async () => {
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
  'on a terminal, redraws one line per task within its width',
  async () => {
    await using stage = await makeStage({
      plan: makePlan([{ id: 'a' }, { id: 'b', needs: ['a'] }]),
      fakeClient: fakeClient({
        a: `swarm('checkpoint', /swarm:(\\S+)/.exec(prompt)[1], '50', 'half of it');
          setTimeout(() => play('reports-text'), 1500);`,
        b: `play('reports-text');`,
      }),
    });
    const command = `stty cols 60 rows 20; '${process.execPath}' '${PROJECT}/bin/swarm' run plan.md`;

    const { stdout } = await promisify(execFile)('script', ['-qec', command, '/dev/null'], {
      cwd: stage.repo.path,
      env: stage.env,
    });

    expect(stdout).toContain('◐ a █████░░░░░  50%');
    expect(stdout).toMatch(/\ds of 10m {2}half of it/);
    expect(stdout).toMatch(/used \d+ tokens, \$0\.00\d+/);
    expect(stdout).toContain('completed: 2 of 2 tasks completed');
    const drawn = stripVTControlCharacters(stdout)
      .split(/\r?\n/)
      .filter((line) => /[█░]/.test(line));
    for (const line of drawn) expect(stringWidth(line)).toBeLessThanOrEqual(60);
    expect(stage.leftovers()).toEqual([]);
  },
);
