import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fakeClient } from '../support/fake-client.ts';
import { startSwarm } from '../support/swarm-process.ts';
import { makeStage, type RunStage } from '../support/swarm-run.ts';
import { makePlan, outcomes, PROJECT } from '../support/swarm-session.ts';
import { git, makeTempDir } from '../support/temp-dir.ts';
import { waitUntil } from '../support/wait-until.ts';

/** Git worktrees of tasks where agents, people and git itself do what is not expected of them. */

const TIMEOUT_MS = 120_000;
const RUN = ['run', 'plan.md', '--worktrees'];

/** A worker that runs a shell command in its place, then reports. */
const does = (command: string) =>
  `require('node:child_process').execFileSync('sh', ['-ec', ${JSON.stringify(command)}]); report('Done.');`;
const COMMIT = 'git -c user.name=T -c user.email=t@t commit -qm';
/** A worker that works on until it is ended. */
const worksOn = (command: string) => `${does(command).replace("report('Done.');", '')}
  setInterval(() => {}, 1000);`;

const worktree = (stage: RunStage, task: string, file = '') =>
  join(stage.repo.path, '.swarm', 'worktrees', stage.readRun().id, task, file);
const branches = async (stage: RunStage) =>
  (await git(stage.repo.path, 'branch', '--format=%(refname:lstrip=-1)')).trim().split('\n').sort();

/** Makes git hang in this repository when it checks out a file. */
async function hangAtCheckout({ repo, write }: RunStage): Promise<void> {
  await git(repo.path, 'config', 'filter.slow.smudge', 'sleep 300');
  write('.gitattributes', '*.bin filter=slow\n');
  write('large.bin', 'large\n');
  await git(repo.path, 'add', '.');
  await git(repo.path, 'commit', '--quiet', '--message', 'large');
}

test('how the person has configured git changes nothing of how worktrees are made', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using stage = await makeStage({
    plan: makePlan([
      { id: 'left', writes: 'left' },
      { id: 'right', writes: 'right' },
      { id: 'joins', needs: ['left', 'right'], writes: 'both' },
    ]),
    fakeClient: fakeClient({
      left: does('echo l > left'),
      right: does('echo r > right'),
      joins: does('cat left right > both'),
    }),
  });
  const settings = { 'merge.ff': 'only', 'commit.gpgSign': 'true', 'gpg.program': 'false' };
  for (const setting of Object.entries(settings)) await git(stage.repo.path, 'config', ...setting);

  const { stderr } = await stage.swarm(...RUN);

  expect(stderr).toContain('3 of 3 tasks completed');
  expect(readFileSync(worktree(stage, 'joins', 'both'), 'utf8')).toBe('l\nr\n');
});

test('nothing that is nowhere else is removed, however it was left', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using stage = await makeStage({
    plan: makePlan([
      { id: 'hidden', writes: 'hidden' },
      { id: 'detached', writes: 'detached' },
      { id: 'moved', writes: 'moved' },
      { id: 'ignored', writes: 'out/**' },
      { id: 'clean', writes: 'clean' },
    ]),
    fakeClient: fakeClient({
      hidden: does('echo 1 > hidden'),
      detached: does(`echo 1 > detached; git add .; ${COMMIT} D; git checkout -q --detach HEAD~1`),
      moved: does(
        `echo 1 > moved; git add .; ${COMMIT} M; git checkout -q -b other HEAD~1; echo 2 > other; git add .; ${COMMIT} O`,
      ),
      ignored: does('mkdir out; echo 1 > out/result'),
      clean: does('mkdir cache; echo 1 > cache/file'),
    }),
  });
  stage.write('.gitignore', 'out\ncache\n');
  await git(stage.repo.path, 'add', '.');
  await git(stage.repo.path, 'commit', '--quiet', '--message', 'ignore');
  await git(stage.repo.path, 'config', 'status.showUntrackedFiles', 'no');

  const { stderr } = await stage.swarm(...RUN);
  await git(stage.repo.path, 'merge', '--quiet', 'other');
  const { stdout } = await stage.swarm('prune');

  expect(stderr).toMatch(/\/ignored: 1 file, \+0 −0, not all of it committed/);
  expect(stdout).toContain('4 worktrees kept');
  const all = ['detached', 'hidden', 'ignored', 'main', 'moved', 'other'];
  expect(await branches(stage)).toEqual(all);
  expect(existsSync(worktree(stage, 'hidden', 'hidden'))).toBe(true);
  expect(existsSync(worktree(stage, 'ignored', 'out/result'))).toBe(true);
  expect(existsSync(worktree(stage, 'clean'))).toBe(false);
});

test('what a task has committed is there for others when it removes its worktree', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using stage = await makeStage({
    plan: makePlan([
      { id: 'removes', writes: 'new' },
      { id: 'breaks', writes: 'broken' },
      { id: 'copies', needs: ['removes'], writes: 'copy' },
      { id: 'fails', needs: ['breaks'], writes: 'fails' },
    ]),
    fakeClient: fakeClient({
      removes: does(`echo 1 > new; git add .; ${COMMIT} N; rm -r "$PWD"`),
      breaks: does('echo 1 > broken; rm .git'),
      copies: does('cp new copy'),
    }),
  });

  await stage.swarm(...RUN);

  const { status } = stage.readRun();
  expect(outcomes(status)).toMatchObject({ copies: 'completed', fails: 'failed' });
  expect(status.tasks[3]?.error?.message).toContain(`${worktree(stage, 'breaks')} failed: fatal`);
  expect(existsSync(worktree(stage, 'breaks', 'broken'))).toBe(true);
});

test('a worker commits on its own branch, also where a git hook starts the run', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using stage = await makeStage({
    plan: makePlan([{ id: 'commits', writes: 'new' }]),
    fakeClient: fakeClient({ commits: does(`echo 1 > new; git add .; ${COMMIT} Own`) }),
  });
  const directory = join(stage.repo.path, '.git');
  Object.assign(stage.env, { GIT_DIR: directory, GIT_INDEX_FILE: join(directory, 'index') });

  expect((await stage.swarm(...RUN)).code).toBe(0);

  const { path } = stage.repo;
  expect(await git(path, 'log', '--format=%s', 'main')).toBe('first\n');
  const own = `swarm/${stage.readRun().id}/commits`;
  expect(await git(path, 'log', '--format=%s', own)).toBe('Own\nfirst\n');
});

test('a run that is started in a git worktree works there, also when it is gone on with elsewhere', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using away = await makeTempDir();
  const place = `report(process.cwd() + ' ' + require('node:child_process').execFileSync('git', ['log', '-1', '--format=%s']));`;
  await using stage = await makeStage({
    plan: makePlan([
      { id: 'reads' },
      { id: 'later', needs: ['reads'] },
      { id: 'own', writes: 'o' },
    ]),
    fakeClient: fakeClient({
      reads: place,
      later: `if (require('node:fs').existsSync('go')) { ${place} } else setInterval(() => {}, 1000);`,
      own: place,
    }),
  });
  const linked = join(away.path, 'linked');
  await git(stage.repo.path, 'worktree', 'add', '--quiet', '-b', 'feature', linked);
  await git(linked, 'commit', '--quiet', '--allow-empty', '--message', 'on feature');
  writeFileSync(join(linked, 'plan.md'), readFileSync(join(stage.repo.path, 'plan.md')));
  mkdirSync(join(linked, 'inside'));

  const options = { cwd: join(linked, 'inside'), env: stage.env };
  const first = startSwarm(['run', '../plan.md', '--worktrees'], options);
  await waitUntil(() => stage.readRun().status.counts.completed === 2);
  await waitUntil(() => outcomes(stage.readRun().status).later === 'working');
  first.process.kill('SIGINT');
  await first.result;
  writeFileSync(join(linked, 'go'), '');
  const { code } = await stage.swarm('run', stage.readRun().id);

  expect(code).toBe(0);
  const { read } = stage.readRun();
  for (const task of ['reads', 'later']) {
    expect(read(`results/${task}.md`)).toBe(`${linked} on feature\n`);
  }
  expect(read('results/own.md')).toBe(`${worktree(stage, 'own')} on feature\n`);
  await startSwarm(['run', '../plan.md', '--detach'], options).result;
  await waitUntil(
    () => stage.readRun().status.status === 'completed' && stage.leftovers().length === 0,
  );
  expect(stage.readRun().read('results/own.md')).toBe(`${linked} on feature\n`);
});

test('what is left of a worktree that was not finished is made anew, and others are let be', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using away = await makeTempDir();
  await using stage = await makeStage({
    plan: makePlan([{ id: 'a', writes: 'a' }]),
    fakeClient: fakeClient({ a: does('echo 1 > a; test ! -e half') }),
  });
  const [mounted, unmounted] = ['mounted', 'unmounted'].map((name) => join(away.path, name));
  await git(stage.repo.path, 'worktree', 'add', '--quiet', '--detach', mounted ?? '');
  renameSync(mounted ?? '', unmounted ?? '');
  await stage.swarm('plan', 'plan.md');
  mkdirSync(worktree(stage, 'a'), { recursive: true });
  writeFileSync(worktree(stage, 'a', 'half'), '');

  const { code } = await stage.swarm('run', stage.readRun().id, '--worktrees');
  await stage.swarm('prune');

  expect(code).toBe(0);
  expect(await git(stage.repo.path, 'worktree', 'list')).toContain(mounted);
});

test('git that hangs is ended when the time of its task is over', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using stage = await makeStage({
    plan: makePlan([{ id: 'a', writes: 'a' }, { id: 'b' }]),
    config: { tiers: { medium: { startToCloseTimeout: '2s', retry: { maximumAttempts: 1 } } } },
    fakeClient: fakeClient({ b: `report('b');` }),
  });
  await hangAtCheckout(stage);

  const { code } = await stage.swarm(...RUN);

  const { status } = stage.readRun();
  expect(outcomes(status)).toEqual({ a: 'failed', b: 'completed' });
  expect(status.tasks[0]?.error?.category).toBe('timeout');
  expect(code).toBe(1);
  expect(stage.leftovers()).toEqual([]);
});

test('Ctrl-C while a worktree is made interrupts its task, which has not failed', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using stage = await makeStage({
    plan: makePlan([{ id: 'a', writes: 'a' }]),
    fakeClient: fakeClient({ a: does('echo 1 > a') }),
  });
  await hangAtCheckout(stage);
  // A terminal sends it to the whole group.
  const swarm = spawn(process.execPath, [join(PROJECT, 'bin', 'swarm'), ...RUN], {
    cwd: stage.repo.path,
    env: stage.env,
    detached: true,
    stdio: 'ignore',
  });
  await waitUntil(() => existsSync(worktree(stage, 'a', '.git')));

  process.kill(-(swarm.pid ?? 0), 'SIGINT');
  const [code] = await once(swarm, 'exit');

  expect(code).toBe(130);
  expect(outcomes(stage.readRun().status)).toEqual({ a: 'pending' });
  expect(stage.leftovers()).toEqual([]);
  await git(stage.repo.path, 'config', 'filter.slow.smudge', 'cat');
  expect((await stage.swarm('run', stage.readRun().id)).code).toBe(0);
});

test('what no worktree has is said at the start, and what is on branches also when cancelled', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using stage = await makeStage({
    plan: makePlan([{ id: 'changes', writes: 'new' }]),
    fakeClient: fakeClient({ changes: worksOn('echo 1 > new') }),
  });
  const running = stage.start(...RUN);
  let said = '';
  running.process.stderr?.on('data', (text) => {
    said += text;
  });
  await waitUntil(() => existsSync(worktree(stage, 'changes', 'new')));
  expect(said).toContain('1 change in your checkout is not committed');

  await stage.swarm('cancel', stage.readRun().id);

  expect((await running.ended).stderr).toMatch(
    /\/changes: 1 file, \+1 −0, not all of it committed/,
  );
});

test.runIf(process.getuid?.() === 0)(
  'git’s own words say why it does not trust a repository',
  { timeout: TIMEOUT_MS },
  async () => {
    await using stage = await makeStage({ plan: makePlan([{ id: 'a', writes: 'a' }]) });
    chownSync(stage.repo.path, 65_534, 65_534);
    chownSync(join(stage.repo.path, '.git'), 65_534, 65_534);

    const { code, stderr } = await stage.swarm(...RUN);

    expect(stderr).toContain('safe.directory');
    expect(code).toBe(2);
  },
);
