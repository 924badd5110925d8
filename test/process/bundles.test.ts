import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildBundles, SHARED_PACKAGES } from '../../scripts/build/bundles.ts';

/** Total bytes of all bundles, which are committed and copied with every installed plugin. */
const MAX_TOTAL = 3_790_000;

/** A session waits for each hook to start, and every package takes time to load. */
const NOT_IN_HOOKS = /^(?:yaml|marked|chokidar|commander|gray-matter|@modelcontextprotocol\/)/;
const MCP_SDK = /^@modelcontextprotocol\//;
const ANY_PACKAGE = /./;

/**
 * For each bundle the most bytes, about 5 % above its size when the budget was set, and the packages
 * that it must not contain or load. Before you raise a budget, find out what has been added.
 */
const BUDGETS: Readonly<Record<string, { bytes: number; forbidden?: RegExp }>> = {
  'cli.cjs': { bytes: 7_200, forbidden: ANY_PACKAGE },
  'full-cli.cjs': { bytes: 555_000, forbidden: MCP_SDK },
  'quick-cli.cjs': { bytes: 145_000, forbidden: NOT_IN_HOOKS },
  'mcp.cjs': { bytes: 28_500, forbidden: ANY_PACKAGE },
  'mcp-service.cjs': { bytes: 520_000, forbidden: /^commander$/ },
  'hub.cjs': { bytes: 420_000, forbidden: /^(?:commander|@modelcontextprotocol\/)/ },
  'queue.cjs': { bytes: 1_200_000, forbidden: /^(?:commander|@modelcontextprotocol\/)/ },
  'web.js': { bytes: 40_000 },
  'style.css': { bytes: 13_000 },
  'guard.cjs': { bytes: 400, forbidden: ANY_PACKAGE },
  'notify.cjs': { bytes: 146_000, forbidden: NOT_IN_HOOKS },
  'record-event.cjs': { bytes: 10_300, forbidden: ANY_PACKAGE },
  'allow-swarm.cjs': { bytes: 9_500, forbidden: ANY_PACKAGE },
  'add-to-path.cjs': { bytes: 300, forbidden: ANY_PACKAGE },
  'agent-rows.cjs': { bytes: 6_600, forbidden: ANY_PACKAGE },
  'hook-handlers.cjs': { bytes: 187_000, forbidden: NOT_IN_HOOKS },
  'command-policy.cjs': { bytes: 118_000, forbidden: NOT_IN_HOOKS },
  'cut-line.cjs': { bytes: 22_000, forbidden: NOT_IN_HOOKS },
  'read-config.cjs': { bytes: 50_000, forbidden: NOT_IN_HOOKS },
  'secret-formats.cjs': { bytes: 4_050, forbidden: ANY_PACKAGE },
  'wide-text.cjs': { bytes: 7_450, forbidden: NOT_IN_HOOKS },
  'live-view.js': { bytes: 35_600, forbidden: ANY_PACKAGE },
  'chokidar.cjs': { bytes: 24_400 },
  'marked.cjs': { bytes: 55_000 },
  'unbash.cjs': { bytes: 111_000 },
  'yaml.cjs': { bytes: 121_000 },
};

const { outputs } = await buildBundles(join(import.meta.dirname, '..', '..', 'dist'), false);
const bundles = new Map(
  Object.entries(outputs).map(([path, output]) => [path.replace(/^dist\//, ''), output]),
);

/** The files that a bundle loads, such as `node:fs` or `./yaml.cjs`. */
function importsOf(name: string): string[] {
  return bundles.get(name)?.imports.map(({ path }) => path) ?? [];
}

/** The names of the packages that a bundle includes, or loads as a bundle of their own. */
function packagesIn(name: string): string[] {
  const included = Object.keys(bundles.get(name)?.inputs ?? {}).flatMap(
    (input) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? [],
  );
  const loaded = SHARED_PACKAGES.filter((shared) => importsOf(name).includes(`./${shared}.cjs`));
  return [...new Set([...included, ...loaded])];
}

test('each bundle has a budget', () => {
  expect([...bundles.keys()].sort()).toEqual(Object.keys(BUDGETS).sort());
});

test.each(Object.entries(BUDGETS))('%s stays within its budget', (name, { bytes, forbidden }) => {
  expect(bundles.get(name)?.bytes).toBeLessThanOrEqual(bytes);
  expect(packagesIn(name).filter((packageName) => forbidden?.test(packageName))).toEqual([]);
});

test.each(Object.keys(BUDGETS))('%s loads only Node.js modules and other bundles', (name) => {
  const own = [...bundles.keys()].map((bundle) => `./${bundle}`);

  expect(importsOf(name).filter((path) => !isBuiltin(path) && !own.includes(path))).toEqual([]);
});

test('the pane, which runs inside the client, loads nothing', () => {
  expect(importsOf('live-view.js')).toEqual([]);
});

test('no bundle contains js-yaml, which our own engine replaces', () => {
  expect([...bundles.keys()].filter((name) => packagesIn(name).includes('js-yaml'))).toEqual([]);
});

test('all bundles together stay within the total budget', () => {
  const total = [...bundles.values()].reduce((sum, output) => sum + output.bytes, 0);

  expect(total).toBeLessThanOrEqual(MAX_TOTAL);
});
