import { execFile } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { clientEnvironment, findClaude } from '../support/claude-client.ts';
import { PROJECT } from '../support/swarm-session.ts';
import { makeTempDir } from '../support/temp-dir.ts';

/**
 * The live view in the client's own engine: it loads the module as a session does, draws on every
 * surface and presses buttons. The client would run every test file of a plugin, so the plugin is
 * copied with only the module's tests.
 */
test('the module passes its tests in the client', async () => {
  await using dir = await makeTempDir();
  await using home = await makeTempDir();
  mkdirSync(join(dir.path, 'test'));
  for (const part of ['.claude-plugin', 'hooks/hooks.json', 'dist', 'test/pane'])
    cpSync(join(PROJECT, part), join(dir.path, part), { recursive: true });

  const env = clientEnvironment('http://127.0.0.1:9', home.path);
  const told = await promisify(execFile)(findClaude(), ['plugin', 'test', dir.path], { env }).catch(
    (failure: { stdout: string; stderr: string }) => failure,
  );
  expect(told.stdout + told.stderr).toMatch(/^ 0 fail$/m);
  expect(told.stdout).not.toMatch(/^ 0 pass$/m);
}, 300_000);
