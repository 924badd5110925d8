import { expect, it } from 'vitest';
import { DEFAULT_WORKER_OPTIONS, workerArguments } from '../../../src/claude/command-line.ts';

const REQUEST = {
  attempt: 'a1',
  agent: 'swarm-worker',
  continues: null,
  pluginDir: '/plugin',
  hookScript: null,
  writable: [],
  directories: [],
  options: DEFAULT_WORKER_OPTIONS,
  effort: null,
  budgetUsd: null,
};

it('passes model, permissions, tools and budget of the run to a worker', () => {
  const allowedTools = ['Bash(npm test),Edit'];
  const more = { model: 'haiku', permissionMode: 'acceptEdits', allowedTools };
  const options = { ...DEFAULT_WORKER_OPTIONS, ...more };
  const line = workerArguments({ ...REQUEST, options, budgetUsd: 0.5 }).join(' ');
  expect(line).toContain(
    '--plugin-dir /plugin --agent swarm-parallel:swarm-worker --model haiku --permission-mode acceptEdits --max-budget-usd 0.5 --allowedTools Bash(npm test),Edit',
  );
  expect(workerArguments(REQUEST).join(' ')).not.toMatch(/--(model|permission|max|allowed|resume)/);
});

it('brings the hooks that judge tool calls where the project has the plugin', () => {
  const args = workerArguments({
    ...REQUEST,
    pluginDir: null,
    hookScript: '/repo/record-event.cjs',
  });
  const { hooks } = JSON.parse(args[args.indexOf('--settings') + 1] ?? '');
  expect(hooks.PreToolUse).toMatchObject([
    { matcher: '*', hooks: [{ command: 'node', args: ['/repo/record-event.cjs', '--judge'] }] },
  ]);
  expect(hooks.SessionStart).toMatchObject([{ matcher: 'compact' }]);
  expect(workerArguments(REQUEST)).not.toContain('--settings');
});

it('allows the directories of the run in the sandbox of the client', () => {
  const args = workerArguments({ ...REQUEST, writable: ['/repo/.swarm/runs/r'] });
  expect(JSON.parse(args[args.indexOf('--settings') + 1] ?? '')).toEqual({
    sandbox: { filesystem: { allowWrite: ['/repo/.swarm/runs/r'] } },
  });
});

it('lets file tools use directories outside of the working directory', () => {
  const args = workerArguments({ ...REQUEST, directories: ['/repo/.swarm/runs/r/scratch/a.1'] });
  expect(JSON.parse(args[args.indexOf('--settings') + 1] ?? '')).toEqual({
    permissions: { additionalDirectories: ['/repo/.swarm/runs/r/scratch/a.1'] },
  });
});

it('resumes an interrupted worker in a copy of its session', () => {
  const line = workerArguments({ ...REQUEST, continues: 'a0' }).join(' ');
  expect(line).toContain('--session-id a1 --resume a0 --fork-session');
});
