import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readAgentDefinition } from '../../../src/claude/agent-definition.ts';
import { readWorkerSettings } from '../../../src/claude/worker-settings.ts';
import { makeTempDir, type TempDir } from '../../support/temp-dir.ts';

let dir: TempDir;
let env: { CLAUDE_CONFIG_DIR: string } & Record<string, string>;

beforeEach(async () => {
  dir = await makeTempDir();
  env = { CLAUDE_CONFIG_DIR: join(dir.path, 'config') };
});
afterEach(() => dir.remove());

function write(path: string, value: unknown): void {
  const file = join(dir.path, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value));
}

const read = () => readWorkerSettings(dir.path, env);

it('has nothing to say without settings, or with other ones', () => {
  write('config/settings.json', { theme: 'dark', env: { PATH: '/bin' } });
  write('.claude/settings.json', '{ not JSON');
  expect(read()).toEqual({ model: null, permissions: null });
});

it.each([
  ['the model of the user', 'model', () => write('config/settings.json', { model: 'haiku' })],
  ['the model of the project', 'model', () => write('.claude/settings.json', { model: 'opus' })],
  [
    'what an alias stands for',
    'model',
    () => write('.claude/settings.local.json', { env: { ANTHROPIC_DEFAULT_OPUS_MODEL: 'x' } }),
  ],
  ['a variable', 'model', () => Object.assign(env, { ANTHROPIC_MODEL: 'sonnet' })],
  [
    'permissions',
    'permissions',
    () => write('.claude/settings.json', { permissions: { allow: ['Write'] } }),
  ],
] as const)('differs by %s, and by nothing else', (_, part, change) => {
  const before = read();
  change();
  const after = read();
  expect(after[part]).not.toBe(before[part]);
  const other = part === 'model' ? 'permissions' : 'model';
  expect(after[other]).toBe(before[other]);
});

it('reads the definition of an agent of another plugin where the client has installed it', () => {
  const places = { root: dir.path, packageRoot: join(dir.path, 'own'), env };
  const install = (version: string) => {
    const installPath = join(dir.path, 'cache', version);
    write(`cache/${version}/agents/reviewer.md`, `---\nname: reviewer\n---\n${version}`);
    write('config/plugins/installed_plugins.json', {
      version: 2,
      plugins: { 'review@market': [{ installPath, version }] },
    });
  };
  expect(readAgentDefinition('review:reviewer', places)).toBe('review:reviewer');
  install('1.0.0');
  expect(readAgentDefinition('review:reviewer', places)).toContain('1.0.0');
  install('1.1.0');
  expect(readAgentDefinition('review:reviewer', places)).toContain('1.1.0');
});
