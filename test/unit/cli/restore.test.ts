import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { takeSnapshot } from '../../../src/worktrees/snapshots/take-snapshot.ts';
import { callCli } from '../../support/cli-context.ts';
import { hostAt } from '../../support/host.ts';
import { at, ended, launched, makeTask, opened, RUN, started } from '../../support/run-events.ts';
import { append, storeRun } from '../../support/stored-run.ts';
import { makeTempRepo, type TempDir } from '../../support/temp-dir.ts';

const OLDER = '20261121-181530-000abc';
const README = '# Temporary repository\n';
let repo: TempDir;

beforeEach(async () => {
  repo = await makeTempRepo();
  storeRun(repo.path, [opened(['old'], { run: OLDER })], OLDER);
  const task = makeTask('a', { writes: ['**'] });
  const run = storeRun(repo.path, [opened([task])]);
  const snapshot = (ms: number) =>
    takeSnapshot(run, { host: hostAt(repo.path, at(ms)), isForced: true });
  await snapshot(0);
  append(run.paths, launched('a', { at: at(10) }), started('a', { at: at(20) }));
  write('README.md', 'by a\n');
  write('new', '1');
  append(run.paths, ended('a', { at: at(30) }));
  await snapshot(40);
});
afterEach(() => repo.remove());

const write = (name: string, text: string) => writeFileSync(join(repo.path, name), text);
const readme = () => readFileSync(join(repo.path, 'README.md'), 'utf8');
const restore = (...args: string[]) => callCli(['restore', ...args], { cwd: repo.path });

it('puts back the newest run by default, and says what it cannot tell apart', async () => {
  const { stderr, stdout, exitCode } = await restore('--yes');

  expect(stderr).toMatch(/put back +README\.md\n +remove +new\n.*cannot be told apart/s);
  expect(stdout).toContain('restored 2 files');
  expect([exitCode, readme()]).toEqual([0, README]);
});

it('says the same before it asks, and changes nothing without an answer', async () => {
  const { stderr, exitCode } = await restore(RUN);

  expect(stderr).toContain('cannot be told apart');
  expect([exitCode, readme()]).toEqual([1, 'by a\n']);
});

it('lists nothing as done when it refuses', async () => {
  write('new', 'by hand');
  const { stderr, exitCode } = await restore(RUN, '--yes');

  expect(stderr).toMatch(/^nothing is restored: .*\n {2}new: it changed without an agent/);
  expect(stderr).not.toContain('README.md');
  expect([exitCode, readme()]).toEqual([1, 'by a\n']);
});

it('with --partial, lists what it leaves beside what it puts back', async () => {
  write('new', 'by hand');
  const { stderr, exitCode } = await restore(RUN, '--partial', '--yes');

  expect(stderr).toMatch(/put back +README\.md\nleft as they are.*\n +new: /);
  expect([exitCode, readme()]).toEqual([0, README]);
});

it.each([
  ['it would restore', false, [], 0],
  ['it would refuse', true, [], 1],
  ['it would restore the others', true, ['--partial'], 0],
])('--dry-run has the exit code of the real call if %s', async (_, isBlocked, flags, code) => {
  if (isBlocked) write('new', 'by hand');
  const shown = await restore(RUN, '--dry-run', ...flags);

  expect([shown.exitCode, readme()]).toEqual([code, 'by a\n']);
  expect((await restore(RUN, '--yes', ...flags)).exitCode).toBe(code);
});
