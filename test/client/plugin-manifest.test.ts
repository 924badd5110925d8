import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clientEnvironment, findClaude } from '../support/claude-client.ts';
import { ALL_TEXT } from '../support/documents.ts';
import { makeTempDir } from '../support/temp-dir.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** Runs a subcommand of the client that does not use a model. */
async function claude(...args: string[]): Promise<string> {
  await using home = await makeTempDir();
  const env = clientEnvironment('http://127.0.0.1:9', home.path);
  return execFileSync(findClaude(), args, { cwd: ROOT, env, encoding: 'utf8' });
}

test('the plugin passes the checks of the plugin directory', async () => {
  const args = ['plugin', 'validate', '.', '--strict', '--profile', 'directory', '--json'];
  const verdict = JSON.parse(await claude(...args));

  expect(verdict.success).toBe(true);
  expect(verdict.manifest).toMatchObject({ errors: [], warnings: [] });
});

test('the documents state the token costs that the client computes', async () => {
  const details = await claude('--plugin-dir', '.', 'plugin', 'details', 'swarm-parallel');
  const always = /Always-on:\s+~(\d+) tok/.exec(details)?.[1];
  const onInvoke = (name: string) =>
    new RegExp(`^\\s+${name}\\s.*~(\\d+)$`, 'm').exec(details)?.[1];

  expect(ALL_TEXT).toContain(`about ${always} tokens to every session`);
  expect(ALL_TEXT).toContain(`about ${onInvoke('swarm-parallel')} tokens once`);
  expect(ALL_TEXT).toContain(`each agent's instructions about ${onInvoke('swarm-worker')}.`);
});

test('manifest, package and changelog name the same version', () => {
  const { version } = JSON.parse(read('package.json'));
  expect(JSON.parse(read('.claude-plugin/plugin.json')).version).toBe(version);
  expect(read('CHANGELOG.md')).toMatch(new RegExp(`^## ${version.replaceAll('.', '\\.')}$`, 'm'));
});
