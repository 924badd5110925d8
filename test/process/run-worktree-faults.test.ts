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

/** Worktrees of tasks when agents, users or git itself do something unexpected. */

const TIMEOUT_MS = 120_000;
const RUN = ['run', 'plan.md', '--worktrees'];

/** A worker that runs a shell command in its working directory, then reports. */
const runs = (command: string) =>
  `require('node:child_process').execFileSync('sh', ['-ec', ${JSON.stringify(command)}]); report('Done.');`;
const COMMIT = 'git -c user.name=T -c user.email=t@t commit -qm';
/** A worker that runs a shell command, then hangs until it is stopped. */
const runsThenHangs = (command: string) => `${runs(command).replace("report('Done.');", '')}
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

test('creates worktrees regardless of the user’s git configuration', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using stage = await makeStage({
    plan: makePlan([
      { id: 'left', writes: 'left' },
      { id: 'right', writes: 'right' },
      { id: 'joins', needs: ['left', 'right'], writes: 'both' },
    ]),
    fakeClient: fakeClient({
      left: runs('echo l > left'),
      right: runs('echo r > right'),
      joins: runs('cat left right > both'),
    }),
  });
  const settings = { 'merge.ff': 'only', 'commit.gpgSign': 'true', 'gpg.program': 'false' };
  for (const setting of Object.entries(settings)) await git(stage.repo.path, 'config', ...setting);

  const { stderr } = await stage.swarm(...RUN);

  expect(stderr).toContain('3 of 3 tasks completed');
  expect(readFileSync(worktree(stage, 'joins', 'both'), 'utf8')).toBe('l\nr\n');
});

test('keeps every worktree and branch with work that exists nowhere else', {
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
      hidden: runs('echo 1 > hidden'),
      detached: runs(`echo 1 > detached; git add .; ${COMMIT} D; git checkout -q --detach HEAD~1`),
      moved: runs(
        `echo 1 > moved; git add .; ${COMMIT} M; git checkout -q -b other HEAD~1; echo 2 > other; git add .; ${COMMIT} O`,
      ),
      ignored: runs('mkdir out; echo 1 > out/result'),
      clean: runs('mkdir cache; echo 1 > cache/file'),
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

test('passes on the commits of a task that removes its own worktree', {
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
      removes: runs(`echo 1 > new; git add .; ${COMMIT} N; rm -r "$PWD"`),
      breaks: runs('echo 1 > broken; rm .git'),
      copies: runs('cp new copy'),
    }),
  });

  await stage.swarm(...RUN);

  const { status } = stage.readRun();
  expect(outcomes(status)).toMatchObject({ copies: 'completed', fails: 'failed' });
  expect(status.tasks[3]?.error?.message).toContain(`${worktree(stage, 'breaks')} failed: fatal`);
  expect(existsSync(worktree(stage, 'breaks', 'broken'))).toBe(true);
});

test('a worker commits to its own branch, even if a git hook starts the run', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using stage = await makeStage({
    plan: makePlan([{ id: 'commits', writes: 'new' }]),
    fakeClient: fakeClient({ commits: runs(`echo 1 > new; git add .; ${COMMIT} Own`) }),
  });
  const directory = join(stage.repo.path, '.git');
  Object.assign(stage.env, { GIT_DIR: directory, GIT_INDEX_FILE: join(directory, 'index') });

  expect((await stage.swarm(...RUN)).code).toBe(0);

  const { path } = stage.repo;
  expect(await git(path, 'log', '--format=%s', 'main')).toBe('first\n');
  const own = `swarm/${stage.readRun().id}/commits`;
  expect(await git(path, 'log', '--format=%s', own)).toBe('Own\nfirst\n');
});

test('a run started in a git worktree works there, even if it is resumed elsewhere', {
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
  await startSwarm(['run', '../plan.md', '--fresh', '--detach'], options).result;
  await waitUntil(
    () => stage.readRun().status.status === 'completed' && stage.leftovers().length === 0,
  );
  expect(stage.readRun().read('results/own.md')).toBe(`${linked} on feature\n`);
});

test('recreates a half-made worktree, and leaves foreign worktrees alone', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using away = await makeTempDir();
  await using stage = await makeStage({
    plan: makePlan([{ id: 'a', writes: 'a' }]),
    fakeClient: fakeClient({ a: runs('echo 1 > a; test ! -e half') }),
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

test('ends a hanging git when its task times out', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using stage = await makeStage({
    plan: makePlan([{ id: 'a', tier: 'quick', writes: 'a' }, { id: 'b' }]),
    config: { tiers: { quick: { startToCloseTimeout: '2s', retry: { maximumAttempts: 1 } } } },
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

test('Ctrl-C while a worktree is created interrupts the task without failing it', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using stage = await makeStage({
    plan: makePlan([{ id: 'a', writes: 'a' }]),
    fakeClient: fakeClient({ a: runs('echo 1 > a') }),
  });
  await hangAtCheckout(stage);
  // A terminal sends SIGINT to the whole process group.
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

test('reports uncommitted changes at the start, and those on branches even after a cancel', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using stage = await makeStage({
    plan: makePlan([{ id: 'changes', writes: 'new' }]),
    fakeClient: fakeClient({ changes: runsThenHangs('echo 1 > new') }),
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
  'prints git’s own reason for not trusting a repository',
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
