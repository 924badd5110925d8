import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commandHooks } from '../../../src/claude/hook-groups.ts';

const ROOT = join(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

test('this repository uses the hooks that it ships', () => {
  const shipped = JSON.parse(
    read('hooks/hooks.json').replaceAll('CLAUDE_PLUGIN_ROOT', 'CLAUDE_PROJECT_DIR'),
  );
  const own = JSON.parse(read('.claude/settings.json'));
  const [start] = own.hooks.SessionStart;
  const addToPath = start.hooks.pop();

  expect(addToPath.args).toEqual([`${'$'}{CLAUDE_PROJECT_DIR}/dist/add-to-path.cjs`]);
  expect(own.hooks).toEqual(commandHooks(shipped.hooks));
  expect(read('.claude/commands/swarm-parallel.md')).toBe(read('commands/swarm-parallel.md'));
  expect(read('.claude/agents/swarm-worker.md')).toBe(read('agents/swarm-worker.md'));
});
