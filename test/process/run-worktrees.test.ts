import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fakeClient } from '../support/fake-client.ts';
import { makeStage, type RunStage } from '../support/swarm-run.ts';
import { makePlan, outcomes } from '../support/swarm-session.ts';
import { git } from '../support/temp-dir.ts';

/** Writing tasks, each in a git worktree of its own. */

const TIMEOUT_MS = 120_000;
const ARGS = ['run', 'plan.md', '--worktrees'];

/** A worker that runs a shell command in its working directory, then reports. */
const runs = (command: string) =>
  `execFileSync('sh', ['-ec', ${JSON.stringify(command)}]); report('Done.');`;

const worktree = (stage: RunStage, task: string, file = '') =>
  join(stage.repo.path, '.swarm', 'worktrees', stage.readRun().id, task, file);
const branches = async (stage: RunStage) =>
  (await git(stage.repo.path, 'branch', '--list', 'swarm/*', '--format=%(refname:short)'))
    .split('\n')
    .filter(Boolean);

test('keeps changes on branches and their size in the summary; removes clean or merged worktrees', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using stage = await makeStage({
    plan: makePlan([
      { id: 'adds', writes: 'new.txt' },
      { id: 'commits', writes: 'README.md' },
      { id: 'looks', writes: 'never.txt' },
      { id: 'reads' },
    ]),
    fakeClient: fakeClient({
      adds: runs('printf "one\\ntwo\\n" > new.txt'),
      commits: runs(
        'echo more >> README.md && git -c user.name=T -c user.email=t@t commit -qam "More"',
      ),
      looks: runs('ls'),
      reads: runs('test -e plan.md && touch by-reads.txt'),
    }),
  });

  for (const [name, value] of Object.entries({ name: 'Ada', email: 'ada@example.invalid' }))
    await git(stage.repo.path, 'config', `user.${name}`, value);

  const { code, stderr } = await stage.swarm(...ARGS);

  expect(stderr).toContain('completed');
  expect(code).toBe(0);
  const { id, summary } = stage.readRun();
  expect(summary).toContain(`**adds**: \`swarm/${id}/adds\`, 1 file, +2 −0\n`);
  expect(summary).toContain(`**commits**: \`swarm/${id}/commits\`, 1 file, +1 −0\n`);
  expect(summary).toContain(`\`.swarm/worktrees/${id}\``);
  expect(await branches(stage)).toEqual([`swarm/${id}/adds`, `swarm/${id}/commits`]);
  expect(existsSync(worktree(stage, 'adds', 'new.txt'))).toBe(true);
  expect(existsSync(join(stage.repo.path, 'new.txt'))).toBe(false);
  expect(existsSync(join(stage.repo.path, 'by-reads.txt'))).toBe(true);
  expect(existsSync(worktree(stage, 'looks'))).toBe(false);
  expect((await stage.swarm('doctor')).stdout).toContain('2 git worktrees of runs that have ended');

  expect((await stage.swarm('prune')).stdout).toContain('its branch is not merged');
  expect(await git(stage.repo.path, 'log', '-1', '--format=%s', `swarm/${id}/adds`)).toBe(
    'Work on part adds\n',
  );
  await git(stage.repo.path, 'merge', '--quiet', `swarm/${id}/commits`);
  const pruned = await stage.swarm('prune');
  expect(pruned.stdout).toContain(`removed swarm/${id}/commits`);
  expect(pruned.stdout).toContain(`kept swarm/${id}/adds: its branch is not merged`);
  expect(await branches(stage)).toEqual([`swarm/${id}/adds`]);
  expect(stage.readRun().summary).not.toContain(`swarm/${id}/commits`);
  await stage.swarm('prune', '--force');
  expect(await branches(stage)).toEqual([]);
  expect(existsSync(worktree(stage, 'adds'))).toBe(false);
  expect(stage.leftovers()).toEqual([]);
});

test('a task starts with the changes of all tasks it needs, directly or indirectly', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using stage = await makeStage({
    plan: makePlan([
      { id: 'left', writes: 'left/**' },
      { id: 'right', writes: 'right/**' },
      { id: 'joins', needs: ['left', 'right'], writes: 'both.txt' },
      { id: 'reads', needs: ['joins'] },
      { id: 'all', needs: ['left', 'right', 'joins'], writes: 'all.txt' },
    ]),
    fakeClient: fakeClient({
      // They also write files outside of their `writes`.
      left: runs('mkdir left && echo l > left/a && echo left > common.txt'),
      right: runs('mkdir right && echo r > right/a'),
      joins: runs('cat left/a right/a > both.txt && echo changed > common.txt'),
      reads: `require('node:fs').writeFileSync(process.env.HOME + '/brief', prompt); report('Read.');`,
      all: runs('cat common.txt both.txt > all.txt'),
    }),
  });

  await stage.swarm(...ARGS);

  const { dir, status } = stage.readRun();
  expect(outcomes(status)).toEqual({
    left: 'completed',
    right: 'completed',
    joins: 'completed',
    reads: 'completed',
    all: 'completed',
  });
  expect(readFileSync(worktree(stage, 'all', 'all.txt'), 'utf8')).toBe('changed\nl\nr\n');
  const brief = readFileSync(join(stage.env.HOME ?? '', 'brief'), 'utf8');
  expect(brief).toContain(`joins: ${dir.replace('/runs/', '/worktrees/')}/joins`);
});

test('conflicting changes fail the task that needs both, and leave no worktree of it', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using stage = await makeStage({
    plan: makePlan([
      { id: 'left', writes: 'left.txt' },
      { id: 'right', writes: 'right.txt' },
      { id: 'joins', needs: ['left', 'right'], writes: 'both.txt' },
    ]),
    fakeClient: fakeClient({
      left: runs('echo left > common.txt'),
      right: runs('echo right > common.txt'),
    }),
  });

  const { code } = await stage.swarm(...ARGS);

  const { id, status } = stage.readRun();
  expect(code).toBe(1);
  expect(status.tasks[2]?.error).toMatchObject({ category: 'fatal' });
  expect(status.tasks[2]?.error?.message).toContain(
    'the changes of left and right conflict in common.txt',
  );
  expect(await branches(stage)).toEqual([`swarm/${id}/left`, `swarm/${id}/right`]);
});

test('reruns a task whose changes are not merged yet, so that dependent tasks get them', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using stage = await makeStage({
    plan: makePlan([
      { id: 'adds', writes: 'new.txt' },
      { id: 'copies', needs: ['adds'], writes: 'copy.txt' },
    ]),
    fakeClient: fakeClient({
      adds: `require('node:fs').writeFileSync('new.txt', 'new'); report('added');`,
      copies: `require('node:fs').copyFileSync('new.txt', 'copy.txt'); report('copied');`,
    }),
  });
  await stage.swarm('run', 'plan.md', '--worktrees');
  const { id } = stage.readRun();

  const { stderr } = await stage.swarm('run', 'plan.md', '--worktrees');

  expect(stderr).toContain(
    `adds is run again: its changes are still on the branch swarm/${id}/adds`,
  );
  expect(outcomes(stage.readRun().status)).toEqual({ adds: 'completed', copies: 'completed' });
  expect(readFileSync(worktree(stage, 'copies', 'copy.txt'), 'utf8')).toBe('new');
});
