import { execFileSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { expect, it } from 'vitest';
import { completes, opened, RUN } from '../support/run-events.ts';
import { storeRun } from '../support/stored-run.ts';
import { startSwarm } from '../support/swarm-process.ts';
import { PROJECT } from '../support/swarm-session.ts';
import { makeTempDir } from '../support/temp-dir.ts';

const env = {
  ...process.env,
  PATH: `${join(PROJECT, 'bin')}${delimiter}${process.env.PATH}`,
};

/** What bash offers for the last of these words. */
function completeInBash(cwd: string, ...words: string[]): string[] {
  const list = words.map((word) => `'${word}'`).join(' ');
  const script = `eval "$(swarm completion bash)"
COMP_WORDS=(${list}); COMP_CWORD=${words.length - 1}; _swarm; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', script], { cwd, env, encoding: 'utf8' }).trim().split('\n');
}

it('completes commands, runs and the tasks of the newest run in bash', async () => {
  await using dir = await makeTempDir();
  storeRun(dir.path, [opened(['routes', 'tokens']), ...completes('routes')]);

  expect(completeInBash(dir.path, 'swarm', 'me')).toEqual(['merge']);
  expect(completeInBash(dir.path, 'swarm', 'verif')).toEqual(['']);
  expect(completeInBash(dir.path, 'swarm', 'show', 'to')).toEqual(['tokens']);
  expect(completeInBash(dir.path, 'swarm', 'status', '2026')).toEqual([RUN]);
});

it('prints a script for zsh and fish, and an error for other shells', async () => {
  await using dir = await makeTempDir();
  const of = (shell: string) => startSwarm(['completion', shell], { cwd: dir.path, env }).result;
  expect((await of('zsh')).stdout).toContain('compdef _swarm swarm');
  expect((await of('fish')).stdout).toContain('complete -c swarm -n __fish_use_subcommand');
  expect(await of('tcsh')).toMatchObject({ code: 2, stderr: expect.stringContaining('bash, zsh') });
});
