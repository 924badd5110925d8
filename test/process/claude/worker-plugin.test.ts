import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hooksFileSchema } from '../../../src/claude/hook-groups.ts';
import { WORKER_PLUGIN } from '../../../src/claude/worker-plugin.ts';

const DIST = join(import.meta.dirname, '..', '..', '..', 'dist');
const readHooks = (path: string) =>
  hooksFileSchema.parse(JSON.parse(readFileSync(path, 'utf8'))).hooks;

it('refers only to scripts that exist', () => {
  const hooks = readHooks(join(DIST, WORKER_PLUGIN, 'hooks', 'hooks.json'));
  expect(Object.keys(hooks)).toEqual([
    'PreToolUse',
    'PostToolUse',
    'PostToolUseFailure',
    'SessionStart',
  ]);
  const scripts = Object.values(hooks).flatMap((groups) =>
    groups.flatMap((group) => group.hooks.flatMap(({ args = [] }) => args.slice(0, 1))),
  );
  expect(scripts).toHaveLength(4);
  for (const script of scripts) {
    const path = script.replace(/^\$\{CLAUDE_PLUGIN_ROOT\}/, join(DIST, WORKER_PLUGIN));
    expect(existsSync(path), script).toBe(true);
  }
});
