import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bash } from '../support/orchestrator.ts';
import { makeStage } from '../support/swarm-run.ts';
import { makePlan } from '../support/swarm-session.ts';
import { git } from '../support/temp-dir.ts';

/** Eight agents in worktrees, two of which conflict and one of which breaks the check. */

const TIMEOUT_MS = 300_000;

const TASKS = ['a', 'b', 'c', 'd', 'needs-a', 'left', 'right', 'breaks'];
const PLAN = makePlan(
  TASKS.map((id) => ({ id, writes: `${id}.txt`, needs: id === 'needs-a' ? ['a'] : [] })),
).replace('goal:', 'check: test ! -e broken.txt\ngoal:');

const works = (command: string) => [bash(command), { text: 'Done.\n\nWith details.' }];
const AGENTS = {
  ...Object.fromEntries(['a', 'b', 'c', 'd'].map((id) => [id, works(`echo ${id} > ${id}.txt`)])),
  'needs-a': works('cp a.txt needs-a.txt'),
  left: works('echo left > shared.txt'),
  // It commits what it did by itself.
  right: works(
    'echo right > shared.txt; git add .; git -c user.name=A -c user.email=a@example.invalid commit -qm Right',
  ),
  breaks: works('touch broken.txt'),
  'resolve-right': works('git diff | grep -q "<<<<<<<"; echo both > shared.txt'),
};

test('eight agents in worktrees become one branch; what conflicts is resolved by another', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using stage = await makeStage({ plan: PLAN, agents: AGENTS });
  const { path } = stage.repo;
  await git(path, 'config', 'user.name', 'Ada');
  await git(path, 'config', 'user.email', 'ada@example.invalid');

  const { code, stderr } = await stage.swarm(
    ...['run', 'plan.md', '--merge', '--allowed-tools', 'Bash', '--max-parallel', '4'],
  );

  const { id, status, summary, state } = stage.readRun();
  const merged = `swarm/${id}/merged`;
  expect(code).toBe(1);
  expect(status).toMatchObject({ status: 'completed', verified: true });
  const outcomes = status.merge?.tasks.map((task) => [task.id, task.outcome]) ?? [];
  expect(Object.fromEntries(outcomes)).toEqual({
    ...Object.fromEntries(['a', 'b', 'c', 'd', 'needs-a', 'left'].map((one) => [one, 'merged'])),
    right: 'conflict',
    breaks: 'reverted',
  });
  expect(stderr).toContain('right: conflicts with left in shared.txt');
  expect(stderr).toContain(`git merge --ff-only ${merged}`);
  expect(summary).toContain('6 of 8 tasks');
  expect(await git(path, 'log', '-1', '--format=%an %s', `swarm/${id}/a`)).toBe(
    'Ada Work on part a\n',
  );
  expect(await git(path, 'log', '-1', '--format=%s', `swarm/${id}/right`)).toBe('Right\n');
  const base = state.worktrees.get('needs-a')?.base ?? '';
  expect(await git(path, 'merge-base', `swarm/${id}/a`, base)).toBe(
    await git(path, 'rev-parse', `swarm/${id}/a`),
  );

  expect((await stage.swarm('logs', 'a')).stdout).toContain('● Bash: echo a > a.txt');
  const shown = JSON.parse((await stage.swarm('show', `${id.slice(-6)}/a`, '--json')).stdout);
  expect(shown).toMatchObject({ status: 'completed', branch: `swarm/${id}/a`, brief: 'Do a.' });
  const diff = JSON.parse((await stage.swarm('diff', 'needs-a', '--json')).stdout);
  expect(diff).toMatchObject({ isExact: true, files: [{ path: 'needs-a.txt', insertions: 1 }] });

  const resolved = await stage.swarm('merge', '--resolve', '--json');

  expect(resolved.stderr).toContain('resolve-right');
  const result = JSON.parse(resolved.stdout);
  const found = result.tasks.find(({ task }: { task: string }) => task === 'right');
  expect(found).toMatchObject({ outcome: 'merged', checks: [{ exitCode: 0 }] });
  expect(result).toMatchObject({ outcome: 'incomplete', verified: true });
  const resolver = stage.readRun().status.tasks.find((task) => task.id === 'resolve-right');
  expect(resolver).toMatchObject({ status: 'completed', verified: true });
  const asked = JSON.stringify(stage.requests.map(({ firstUserText }) => firstUserText));
  expect(asked).toContain('Do left.');
  expect(asked).toContain('Do right.');
  expect(asked).toContain('results/right.md');

  await git(path, 'merge', '--quiet', '--ff-only', merged);
  expect(readFileSync(join(path, 'needs-a.txt'), 'utf8')).toBe('a\n');
  expect(readFileSync(join(path, 'shared.txt'), 'utf8')).toBe('both\n');
  expect(existsSync(join(path, 'broken.txt'))).toBe(false);
});
