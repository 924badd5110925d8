import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bash } from '../support/orchestrator.ts';
import { makePlan, PROJECT, playSession } from '../support/swarm-session.ts';
import { makeTempDir } from '../support/temp-dir.ts';

/** Agents of a conversation that change files of one checkout. */

const write = (file: string) => bash(`touch ${file}`);

test('shows whose changes in the checkout of a conversation may be', {
  tags: ['long'],
  timeout: 200_000,
}, async () => {
  await using home = await makeTempDir('swarm-home-');
  await using session = await playSession({
    home: home.path,
    args: ['--allowedTools', 'Agent,Bash', '--permission-mode', 'acceptEdits'],
    plan: makePlan([
      { id: 'first', writes: 'first.txt' },
      { id: 'left', writes: 'left.txt', needs: ['first'] },
      { id: 'right', writes: 'right.txt', needs: ['first'] },
    ]),
    agents: {
      first: [write('first.txt'), { text: 'Done.' }],
      left: [write('left.txt'), { text: 'Done.', delayMs: 1_500 }],
      right: [write('right.txt'), { text: 'Done.', delayMs: 1_500 }],
    },
  });
  const { repo, run } = session;
  const env = { ...process.env, HOME: home.path, CLAUDE_CONFIG_DIR: undefined };
  const diff = (target: string) => {
    const args = [join(PROJECT, 'bin', 'swarm'), 'diff', target, '--json'];
    const document = JSON.parse(
      execFileSync(process.execPath, args, { cwd: repo.path, env, encoding: 'utf8' }),
    );
    expect(document.source).toBe('snapshots');
    return document.files.map(({ path, tasks }: { path: string; tasks: string[] }) => [
      path,
      ...tasks,
    ]);
  };

  expect(run.errors).toBe('');
  expect(diff('first')).toEqual([['first.txt', 'first']]);
  expect(diff(run.id)).toEqual([
    ['first.txt', 'first'],
    ['left.txt', 'left', 'right'],
    ['right.txt', 'left', 'right'],
  ]);
});
