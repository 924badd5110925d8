import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fakeClient, untilThere } from '../support/fake-client.ts';
import { makeStage, type RunStage, type StageOptions } from '../support/swarm-run.ts';
import { outcomes } from '../support/swarm-session.ts';
import { waitUntil } from '../support/wait-until.ts';

/** A plan with one check; tasks share the tree and write what they are named after. */
function planOf(tasks: Readonly<Record<string, string | null>>, ofRun?: string): string {
  const entries = Object.entries(tasks).map(
    ([id, check]) =>
      `  - id: ${id}\n    title: Do ${id}\n    writes: [${id}.txt]${check === null ? '' : `\n    check: ${JSON.stringify(check)}`}`,
  );
  const briefs = Object.keys(tasks).map((id) => `## ${id}\nDo ${id}.\n`);
  const head = ofRun === undefined ? '' : `check: ${JSON.stringify(ofRun)}\n`;
  return `---\ngoal: Prove it\n${head}tasks:\n${entries.join('\n')}\n---\n${briefs.join('\n')}`;
}

const NO_RETRY = { medium: { retry: { maximumAttempts: 1 } } };

const stageOf = (plan: string, bodies: Readonly<Record<string, string>>, more?: object) =>
  makeStage({
    plan,
    config: { tiers: NO_RETRY, ...more },
    fakeClient: fakeClient(bodies),
  } satisfies StageOptions);

const taskOf = (stage: RunStage) => stage.readRun().status.tasks[0];
const logOf = (stage: RunStage, name: string) =>
  readFileSync(join(stage.readRun().dir, 'checks', name), 'utf8');

test('sends the output of a failed check back to the same session, until it passes', async () => {
  await using stage = await stageOf(planOf({ a: 'cat a.txt' }), {
    a: `const resumed = process.argv.includes('--resume') && !process.argv.includes('--fork-session');
      if (resumed) require('node:fs').writeFileSync('a.txt', prompt);
      report(resumed ? 'now it is done' : 'done');`,
  });

  const { code, stderr } = await stage.swarm('run', 'plan.md');

  expect(code).toBe(0);
  expect(stderr).toContain('1 of 1 task completed (verified)');
  expect(taskOf(stage)).toMatchObject({
    status: 'completed',
    verified: true,
    attempts: 1,
    checks: [{ command: 'cat a.txt', exitCode: 0, output: 'checks/a.1.log' }],
  });
  const told = readFileSync(join(stage.repo.path, 'a.txt'), 'utf8');
  expect(told).toMatch(/does not count yet.*`cat a\.txt` \(exit code 1\)/);
  expect(told).toContain('a.txt: No such file or directory');
  expect(told).toContain('correction 1 of 2');
  expect(logOf(stage, 'a.1.log')).toMatch(/No such file[\s\S]*# Round 2[\s\S]*\[exit code 0/);
});

test('a task whose check keeps failing has failed, whatever its report says', async () => {
  await using stage = await stageOf(planOf({ a: 'echo no; exit 3' }), {
    a: `attempt(); report('all done');`,
  });

  const { code, stderr } = await stage.swarm('run', 'plan.md');

  expect(code).toBe(1);
  expect(stderr).toContain('a: check: the check `echo no; exit 3` failed: exit code 3');
  expect(taskOf(stage)).toMatchObject({
    status: 'failed',
    verified: false,
    result: null,
    error: { category: 'check' },
    checks: [{ exitCode: 3 }],
  });
  expect(readFileSync(join(stage.env.HOME ?? '', 'attempts-a'), 'utf8')).toBe('xxx');
  expect(logOf(stage, 'a.1.log').match(/^no$/gm)).toHaveLength(3);
});

test('a task that fails its check is tried again by a new agent, as its tier allows', async () => {
  await using stage = await stageOf(
    planOf({ a: 'test -f a.txt' }),
    {
      a: `const nth = attempt(); if (nth === 2) require('node:fs').writeFileSync('a.txt', prompt); report('done');`,
    },
    { checkRounds: 0, tiers: { medium: { retry: { initialInterval: '10ms' } } } },
  );

  expect((await stage.swarm('run', 'plan.md')).code).toBe(0);

  expect(taskOf(stage)).toMatchObject({ status: 'completed', verified: true, attempts: 2 });
  expect(readFileSync(join(stage.repo.path, 'a.txt'), 'utf8')).toContain(
    'Attempt 1 ended (check: the check `test -f a.txt` failed: exit code 1)',
  );
});

test.each([
  ['does not start', './no-such-program', 'exit code 127', {}],
  ['asks on stdin', 'read answer', 'exit code 1', {}],
  ['waits for a terminal', 'exec bash -c "read answer < /dev/tty"', 'exit code 1', {}],
  ['is killed', 'kill -9 $$', 'ended by SIGKILL', {}],
  ['hangs', 'tail -f /dev/null', 'it was not done after 500ms', { checkTimeout: '500ms' }],
  ['prints without end', 'yes', 'it printed more than 50.0 MB', {}],
])('a check that %s is ended and named', async (_, command, why, more) => {
  await using stage = await stageOf(
    planOf({ a: command }),
    { a: `report('done');` },
    {
      checkRounds: 0,
      ...more,
    },
  );

  await stage.swarm('run', 'plan.md');

  expect(taskOf(stage)?.error?.message).toBe(`the check \`${command}\` failed: ${why}`);
});

test('ends what a check leaves running', async () => {
  await using stage = await stageOf(
    planOf({ a: 'tail -f /dev/null & setsid tail -f /dev/null &' }),
    {
      a: `report('done');`,
    },
  );

  expect((await stage.swarm('run', 'plan.md')).code).toBe(0);

  expect(stage.leftovers()).toEqual([]);
});

test('a check that failed while others were writing counts only once they are done', async () => {
  await using stage = await stageOf(planOf({ a: 'test ! -e half-written', b: null }), {
    b: `require('node:fs').writeFileSync('half-written', '');
      ${untilThere('checked', `require('node:fs').rmSync('half-written'); report('b');`)}`,
    a: untilThere('half-written', `report('a');`),
  });
  const running = stage.start('run', 'plan.md');
  const log = () => join(stage.readRun().dir, 'checks', 'a.1.log');
  await waitUntil(() => existsSync(log()) && readFileSync(log(), 'utf8').includes('exit code 1'));
  stage.write('checked', '');

  expect((await running.ended).code).toBe(0);

  expect(taskOf(stage)).toMatchObject({ status: 'completed', verified: true });
  expect(logOf(stage, 'a.1.log')).toContain('Other tasks were writing here.');
});

test('a run is completed only if its own check passes after the last task', async () => {
  await using stage = await stageOf(planOf({ a: null, b: null }, 'cat a.txt b.txt'), {
    default: `require('node:fs').writeFileSync(task + '.txt', task); report(task);`,
  });

  expect((await stage.swarm('run', 'plan.md')).code).toBe(0);

  const { status, summary } = stage.readRun();
  expect(status).toMatchObject({ status: 'completed', verified: true });
  expect(summary).toContain('2 of 2 tasks completed (unverified, run verified)');
  expect(summary).toContain('passed: `cat a.txt b.txt`');
});

test('a run whose own check fails has failed', async () => {
  await using stage = await stageOf(planOf({ a: null }, 'cat b.txt'), { a: `report('a');` });

  const { code, stderr } = await stage.swarm('run', 'plan.md');

  expect(code).toBe(1);
  expect(stderr).toContain('the check `cat b.txt` failed: exit code 1');
  expect(outcomes(stage.readRun().status)).toEqual({ a: 'completed' });
  expect(stage.readRun().status).toMatchObject({ status: 'failed', verified: false });
});

test('an interrupted check is run when the run is resumed', async () => {
  await using stage = await stageOf(
    planOf({ a: 'if test -e ready; then exit 0; fi; touch begun; tail -f /dev/null' }),
    { a: `report('done');` },
  );
  const running = stage.start('run', 'plan.md');
  await waitUntil(() => existsSync(join(stage.repo.path, 'begun')));
  running.process.kill('SIGINT');
  expect((await running.ended).code).toBe(130);
  expect(taskOf(stage)).toMatchObject({ status: 'pending', verified: false });
  stage.write('ready', '');

  expect((await stage.swarm('run', stage.readRun().id)).code).toBe(0);

  expect(taskOf(stage)).toMatchObject({ status: 'completed', verified: true });
  expect(readdirSync(join(stage.readRun().dir, 'checks'))).toContain('a.2.log');
});

test('refuses a check of the run that could not see the worktrees', async () => {
  await using stage = await stageOf(planOf({ a: null }, 'true'), { a: `report('a');` });

  const { code, stderr } = await stage.swarm('run', '--worktrees', 'plan.md');

  expect(code).toBe(2);
  expect(stderr).toContain('check: expected none with --worktrees');
});

test('checks where a task has worked, if it has a worktree of its own', async () => {
  await using stage = await stageOf(planOf({ a: 'test -e a.txt' }), {
    a: `require('node:fs').writeFileSync('a.txt', 'a'); report('a');`,
  });

  expect((await stage.swarm('run', '--worktrees', 'plan.md')).code).toBe(0);

  expect(taskOf(stage)).toMatchObject({ status: 'completed', verified: true });
  expect(existsSync(join(stage.repo.path, 'a.txt'))).toBe(false);
});
