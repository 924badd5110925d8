import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { findOnPath } from '../../src/platform/find-on-path.ts';
import { loadRun } from '../../src/store/run-handle.ts';
import type { MergeResult } from '../../src/view/results.ts';
import { fakeClient } from '../support/fake-client.ts';
import { makeWorkedRun, type WorkedRun, type WorkedTask } from '../support/merged-run.ts';
import { RUN } from '../support/run-events.ts';
import { startSwarm } from '../support/swarm-process.ts';
import { makeStage } from '../support/swarm-run.ts';
import { makePlan } from '../support/swarm-session.ts';
import { git } from '../support/temp-dir.ts';

/** `swarm merge`: what needs our bundles, or shells for its checks. */

const TIMEOUT_MS = 120_000;
const MERGED = `swarm/${RUN}/merged`;
const outcomesOf = ({ tasks }: Pick<MergeResult, 'tasks'>) =>
  Object.fromEntries(tasks.map(({ task, outcome }) => [task, outcome]));
const filesIn = async (cwd: string, commit = MERGED) =>
  (await git(cwd, 'ls-tree', '-r', '--name-only', commit)).trim().split('\n');

const ENV = { NO_COLOR: '1', HOME: '/nonexistent', GIT_CONFIG_GLOBAL: '/dev/null' };
const swarm = ({ repo }: WorkedRun, args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  startSwarm([...args], { cwd: repo.path, env: { PATH: process.env.PATH, ...ENV, ...env } }).result;

describe('a check', () => {
  const check = ['test ! -e broken'];

  it('names the task that brought a failure, takes its merge back, and merges the others', async () => {
    await using worked = await makeWorkedRun([
      { id: 'a', work: { a: '1' } },
      { id: 'breaks', work: { broken: '1' } },
      { id: 'needs-it', needs: ['breaks'], work: { more: '1' } },
      { id: 'b', work: { b: '1' } },
    ]);

    const result = await worked.merge({ check });

    expect(outcomesOf(result)).toEqual({
      ...{ a: 'merged', b: 'merged' },
      ...{ breaks: 'reverted', 'needs-it': 'skipped' },
    });
    expect(result).toMatchObject({ outcome: 'incomplete', verified: true });
    expect(result.tasks.find(({ task }) => task === 'breaks')?.checks).toMatchObject([
      { command: 'test ! -e broken', exitCode: 1 },
    ]);
    expect(await filesIn(worked.repo.path)).toEqual(['README.md', 'a', 'b']);
  });

  it('that failed before the first merge blames no task', async () => {
    await using worked = await makeWorkedRun([
      { id: 'a', work: { a: '1' } },
      { id: 'mends', work: { there: '1' } },
      { id: 'breaks', work: { broken: '1' } },
    ]);

    const result = await worked.merge({ check: ['test -e there', 'test ! -e broken'] });

    expect(outcomesOf(result)).toEqual({ a: 'merged', mends: 'merged', breaks: 'reverted' });
    expect(result.verified).toBe(true);
  });

  it('is that of the run, unless another one is given', async () => {
    await using worked = await makeWorkedRun([{ id: 'a', work: { a: '1' } }], {
      check: ['test -e a'],
    });
    expect(await worked.merge()).toMatchObject({ outcome: 'merged', verified: true });
    const again = await worked.merge({ check: ['test ! -e a'] });
    expect(outcomesOf(again)).toEqual({ a: 'reverted' });
  });

  it('finds nothing that the one before left behind', async () => {
    await using worked = await makeWorkedRun([
      { id: 'a', work: { a: '1' } },
      { id: 'b', work: { b: '1' } },
    ]);
    const strict = ['test ! -e left && touch left && echo changed >> README.md'];
    expect(await worked.merge({ check: strict })).toMatchObject({ outcome: 'merged' });
    expect(await git(worked.repo.path, 'show', `${MERGED}:README.md`)).not.toContain('changed');
  });
});

describe('swarm merge', () => {
  it('prints the outcome, the changes and the commands, and exits with 1 if something is left', {
    timeout: TIMEOUT_MS,
  }, async () => {
    await using worked = await makeWorkedRun([
      { id: 'left', work: { 'README.md': 'left\n' } },
      { id: 'right', work: { 'README.md': 'right\n' } },
    ]);
    const { path } = worked.repo;
    const bin = join(path, '.git', 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'gh'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    await git(path, 'remote', 'add', 'origin', '/nowhere.git');

    const preview = await swarm(worked, ['merge', '--dry-run', '--json']);
    expect(preview.code).toBe(1);
    expect(JSON.parse(preview.stdout)).toMatchObject({ isDryRun: true, outcome: 'incomplete' });
    expect(await git(path, 'branch', '--list', MERGED)).toBe('');

    const { code, stdout } = await swarm(worked, ['merge'], {
      PATH: `${bin}:${process.env.PATH}`,
    });

    expect(code).toBe(1);
    expect(stdout).toContain('right: conflicts with left in README.md');
    expect(stdout).toContain('<<<<<<<');
    expect(stdout).toContain(`git merge --ff-only ${MERGED}`);
    expect(stdout).toContain(`gh pr create --head ${MERGED}`);
    expect(loadRun(worked.run.paths).state.supervision.current).toBe(null);
    const { stdout: status } = await swarm(worked, ['status', '--json']);
    expect(JSON.parse(status).merge).toMatchObject({
      status: 'incomplete',
      tasks: [{ id: 'left' }, { id: 'right', outcome: 'conflict', others: ['left'] }],
    });
    expect((await swarm(worked, ['summary'])).stdout).toContain('**right**: conflicts with left');
  });

  it('refuses a check that cannot be undone', { timeout: TIMEOUT_MS }, async () => {
    await using worked = await makeWorkedRun([{ id: 'a', work: { a: '1' } }]);
    const { code, stderr } = await swarm(worked, ['merge', '--check', 'git clean -fdx']);
    expect(code).toBe(2);
    expect(stderr).toContain('--check');
    expect(await git(worked.repo.path, 'branch', '--list', MERGED)).toBe('');
  });
});

/** A `git` that ends the program that calls it, at one of its calls: before or after its work. */
function writeKillingGit(dir: string): void {
  const [real] = findOnPath('git', process.env);
  const script = `#!/bin/sh
echo x >> "$KILL_COUNT"
if [ "$(wc -l < "$KILL_COUNT")" -eq "$KILL_AT" ]; then
  [ "$KILL_WHEN" = after ] && "${real}" "$@" > /dev/null 2>&1
  kill -KILL $PPID
  exit 1
fi
exec "${real}" "$@"
`;
  const path = join(dir, 'git');
  writeFileSync(path, script);
  chmodSync(path, 0o755);
}

/** The calls of git at which a merge is killed: of all, and of those around the first merge. */
const EVERY = Array.from({ length: 100 }, (_, index) => index + 1);
const FEW = [30, 18, 6];

test(
  'a merge that is killed is continued, and ends as one that was not',
  {
    timeout: TIMEOUT_MS,
  },
  () => killMerges(FEW),
);

test(
  'a merge may be killed at any call of git',
  {
    timeout: 3 * TIMEOUT_MS,
    tags: ['long'],
  },
  () => killMerges(EVERY),
);

/** Kills merges of the same run one after the other, at these calls. */
async function killMerges(calls: readonly number[]): Promise<void> {
  const tasks: WorkedTask[] = [
    { id: 'left', work: { 'README.md': 'left\n' } },
    { id: 'right', work: { 'README.md': 'right\n' } },
    { id: 'breaks', work: { broken: '1' } },
    { id: 'b', work: { b: '1' } },
  ];
  const check = 'test ! -e broken';
  await using calm = await makeWorkedRun(tasks);
  const expected = await calm.merge({ check: [check] });
  await using worked = await makeWorkedRun(tasks);
  const { path } = worked.repo;
  const bin = join(path, '.git', 'bin');
  mkdirSync(bin);
  writeKillingGit(bin);

  const kills: [number, number] = [0, 0];
  for (const round of [0, 1] as const) {
    const command = round === 0 ? `${check} && true` : check;
    for (const at of calls) {
      const env = {
        PATH: `${bin}:${process.env.PATH}`,
        KILL_COUNT: join(bin, `calls-${round}-${at}`),
        KILL_AT: String(at),
        // Each call is tried both ways.
        KILL_WHEN: (at + round) % 2 === 0 ? 'after' : 'before',
      };
      const { code } = await swarm(worked, ['merge', '--check', command], env);
      if (code !== null) break;
      kills[round]++;
    }
  }

  expect(Math.min(...kills)).toBeGreaterThanOrEqual(Math.min(calls.length, 12));
  const { code, stdout } = await swarm(worked, ['merge', '--check', check, '--json']);
  expect(code).toBe(1);
  const result: MergeResult = JSON.parse(stdout);
  expect(outcomesOf(result)).toEqual(outcomesOf(expected));
  expect(result.changes).toEqual(expected.changes);
  const tree = (cwd: string) => git(cwd, 'rev-parse', `${MERGED}^{tree}`);
  expect(await tree(path)).toBe(await tree(calm.repo.path));
  const count = (cwd: string) => git(cwd, 'rev-list', '--count', MERGED);
  expect(await count(path)).toBe(await count(calm.repo.path));
  expect(await git(path, 'worktree', 'list')).not.toContain('_merge');
  expect(await git(path, 'status', '--porcelain', '--untracked-files=no')).toBe('');
}

test('swarm run --merge checks the merged branch, and names what is not on it', {
  timeout: TIMEOUT_MS,
}, async () => {
  const runs = (command: string) =>
    `execFileSync('sh', ['-ec', ${JSON.stringify(command)}]); report('Done.');`;
  await using stage = await makeStage({
    plan: makePlan([
      { id: 'a', writes: 'a' },
      { id: 'breaks', writes: 'broken' },
      { id: 'b', needs: ['a'], writes: 'b' },
    ]).replace('goal:', 'check: test ! -e broken\ngoal:'),
    fakeClient: fakeClient({
      a: runs('echo 1 > a'),
      breaks: runs('echo 1 > broken'),
      b: runs('cat a > b'),
    }),
  });
  expect((await stage.swarm('run', 'plan.md', '--worktrees')).stderr).toContain('--merge');

  const { code, stderr } = await stage.swarm('run', 'plan.md', '--merge');

  const { id, status, summary } = stage.readRun();
  expect(code).toBe(1);
  expect(stderr).toContain('breaks: the check');
  expect(stderr).toContain(`git merge --ff-only swarm/${id}/merged`);
  expect(status).toMatchObject({ status: 'completed', verified: true });
  expect(status.merge).toMatchObject({ status: 'incomplete', verified: true });
  expect(summary).toContain('2 of 3 tasks');
  expect(await filesIn(stage.repo.path, `swarm/${id}/merged`)).toEqual(['README.md', 'a', 'b']);
  expect(stage.leftovers()).toEqual([]);
});

test('a task that is done again brings its new changes into the next merge', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using stage = await makeStage({
    plan: makePlan([
      { id: 'a', writes: 'a' },
      { id: 'b', needs: ['a'], writes: 'b' },
    ]),
    fakeClient: fakeClient({
      a: `execFileSync('sh', ['-ec', 'echo ' + attempt() + ' > a']); report('Done.');`,
      b: `execFileSync('sh', ['-ec', 'cp a b']); report('Done.');`,
    }),
  });
  await stage.swarm('run', 'plan.md', '--merge');
  const { id } = stage.readRun();
  const show = (file: string) => git(stage.repo.path, 'show', `swarm/${id}/merged:${file}`);
  expect(await show('a')).toBe('1\n');

  const again = await stage.swarm('rerun', 'a', '--json');
  expect(JSON.parse(again.stdout)).toMatchObject({ outcome: 'allowed', retried: ['a'] });
  const { code, stderr } = await stage.swarm('run', id);

  expect(stderr).toContain('2 of 2 tasks merged');
  expect(code).toBe(0);
  expect(stage.readRun().status).toMatchObject({
    status: 'completed',
    merge: { status: 'merged' },
  });
  expect(await show('a')).toBe('2\n');
  expect(await show('b')).toBe('1\n');
});
