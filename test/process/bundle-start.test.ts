import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fakeSession } from '../support/hook-payloads.ts';
import { runHookBundle, runSwarm } from '../support/swarm-process.ts';
import { makeTempDir } from '../support/temp-dir.ts';

/** Has Node.js write the names of the bundles that a process has loaded when it exits. */
async function makeStage() {
  const dir = await makeTempDir();
  const list = join(dir.path, 'loaded.json');
  const preload = join(dir.path, 'preload.cjs');
  const loaded = String.raw`Object.keys(require.cache).flatMap((path) => /[\\/]dist[\\/](.+)/.exec(path)?.[1] ?? [])`;
  writeFileSync(
    preload,
    `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(list)}, JSON.stringify(${loaded})));`,
  );
  return {
    cwd: dir.path,
    env: { NODE_OPTIONS: `--require=${preload}` },
    loaded: (): string[] => JSON.parse(readFileSync(list, 'utf8')),
    [Symbol.asyncDispose]: dir.remove,
  };
}

const request = (id: number, method: string, params: object = {}) =>
  `${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`;

it.each([
  [['list'], 'quick-cli.cjs'],
  [['list', '--limit', '1'], 'full-cli.cjs'],
])('loads one bundle for `swarm` with %j', async (args, bundle) => {
  await using stage = await makeStage();

  await runSwarm(args, stage);

  expect(stage.loaded()).toEqual(['cli.cjs', bundle]);
});

it('loads neither a parser nor a file watcher until the MCP server needs one', async () => {
  await using stage = await makeStage();
  const initialize = request(1, 'initialize', {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'test', version: '1' },
  });

  const { stdout } = await runSwarm(['mcp'], {
    ...stage,
    input: `${initialize}${request(2, 'tools/list')}`,
  });

  expect(stdout).toContain('swarm_start');
  expect(stage.loaded()).toEqual(['cli.cjs', 'full-cli.cjs', 'mcp.cjs', 'mcp-service.cjs']);
});

it('loads no handler for an event that is not about a run', async () => {
  await using stage = await makeStage();
  const input = JSON.stringify(fakeSession(stage.cwd).preAgent('toolu_a', 'Find the parser.'));

  await runHookBundle('record-event', { ...stage, input });

  expect(stage.loaded()).toEqual(['record-event.cjs']);
});
