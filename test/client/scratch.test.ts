import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type AgentScript, bash } from '../support/orchestrator.ts';
import { makeStage } from '../support/swarm-run.ts';
import { makePlan, playSession } from '../support/swarm-session.ts';

/** The scratch directory of an attempt, in the permission mode that asks for every edit. */

const TIMEOUT_MS = 300_000;

/** Writes a note with the client's tool, reads it, adds to it in the shell, and reports both. */
const agent: AgentScript = ({ step, firstUserText, toolResults }) => {
  const [directory = ''] = /\/\S+\/scratch\/\S+/.exec(firstUserText) ?? [];
  const file_path = join(directory, 'notes.md');
  const steps = [
    { toolUses: [{ name: 'Write', input: { file_path, content: 'by tool\n' } }] },
    { toolUses: [{ name: 'Read', input: { file_path } }] },
    bash(`echo "in shell, $\{SWARM_SCRATCH:-unset}" >> ${file_path}`),
  ];
  const texts = toolResults.map(({ text }) => text).join('\n');
  return steps[step] ?? { text: `Noted. ${texts}` };
};

const PLAN = makePlan([{ id: 'a', writes: 'src/**' }]);

test('an agent of a conversation uses it unasked', { timeout: TIMEOUT_MS }, async () => {
  await using session = await playSession({
    plan: PLAN,
    agents: { a: agent },
    args: ['--allowedTools', 'Agent,Bash'],
  });

  const { dir, status, errors } = session.run;
  expect(readFileSync(join(dir, 'scratch', 'a.1', 'notes.md'), 'utf8')).toBe(
    'by tool\nin shell, unset\n',
  );
  expect(status.tasks).toMatchObject([
    { status: 'completed', warnings: ['no_declared_write_changed'] },
  ]);
  expect(errors).toBe('');
});

test('a worker in a worktree uses it unasked, and has it in its environment', {
  timeout: TIMEOUT_MS,
}, async () => {
  await using stage = await makeStage({ plan: PLAN, agents: { a: agent } });

  const { code } = await stage.swarm('run', 'plan.md', '--worktrees', '--allowed-tools', 'Bash');

  const { dir, status } = stage.readRun();
  const scratch = join(dir, 'scratch', 'a.1');
  expect(readFileSync(join(scratch, 'notes.md'), 'utf8')).toBe(`by tool\nin shell, ${scratch}\n`);
  expect(status.tasks).toMatchObject([
    { status: 'completed', evidence: { permissionDenials: [] } },
  ]);
  expect(code).toBe(0);
  await stage.swarm('prune');
  expect(() => readFileSync(join(scratch, 'notes.md'))).toThrow();
});
