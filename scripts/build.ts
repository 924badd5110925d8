import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { hooksOfWorkers, WORKER_PLUGIN } from '../src/claude/worker-plugin.ts';

/**
 * Builds `dist/`, which is committed: an installed plugin runs it without installing anything.
 * With `--check` nothing is written, and the exit code says whether `dist/` is what the sources
 * build to.
 */
const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');

/** Bundles that something starts by name. */
const entries = {
  cli: 'src/entries/cli.ts',
  mcp: 'src/entries/mcp-server.ts',
  notify: 'src/entries/notifier.ts',
  'record-event': 'hooks/record-event.ts',
  'allow-swarm': 'hooks/allow-swarm.ts',
  'add-to-path': 'hooks/add-to-path.ts',
  'agent-rows': 'hooks/agent-rows.ts',
};

/** Bundles that an entry loads on demand: an import of one of them stays a `require`. */
const lateChunks = {
  'handle-event': 'src/hooks/dispatch.ts',
  'pre-tool-use': 'src/hooks/pre-tool-use.ts',
  'allow-swarm-command': 'src/hooks/allow-swarm-command.ts',
  'hook-server': 'src/entries/hook-server.ts',
  mcp: 'src/entries/mcp-server.ts',
  'wide-text': 'src/text/display-width-wide.ts',
};

const loadLate: Plugin = {
  name: 'load-late',
  setup({ onResolve }) {
    const chunkOf = new Map(
      Object.entries(lateChunks).map(([name, path]) => [join(root, path), name]),
    );
    onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ kind, path, resolveDir }) => {
      const chunk = kind === 'dynamic-import' ? chunkOf.get(join(resolveDir, path)) : undefined;
      return chunk === undefined ? undefined : { path: `./${chunk}.cjs`, external: true };
    });
  },
};

async function bundle(outdir: string): Promise<void> {
  const { metafile } = await build({
    metafile: true,
    absWorkingDir: root,
    entryPoints: { ...entries, ...lateChunks },
    outdir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    // CommonJS starts faster than ES modules, and a hook starts at every event.
    format: 'cjs',
    minify: true,
    legalComments: 'none',
    plugins: [loadLate],
    external: ['./wide-text.cjs'],
    // With dynamic imports, a handler would be loaded by the slower ES module loader.
    supported: { 'dynamic-import': false },
    alias: {
      // Its default build is UMD, whose imports a bundler cannot follow.
      'jsonc-parser': 'jsonc-parser/lib/esm/main.js',
      '@modelcontextprotocol/server/_shims': './src/mcp/transport/sdk-shims.ts',
    },
    logLevel: 'warning',
  });
  await bundleLiveView(outdir);
  writeWorkerPlugin(join(outdir, WORKER_PLUGIN));
  writeFileSync(join(outdir, 'THIRD-PARTY-LICENSES.txt'), licensesOf(Object.keys(metafile.inputs)));
}

/**
 * Bundles the module that the client loads into itself. The client reads its source to learn what
 * it calls, so names must not be minified.
 */
async function bundleLiveView(outdir: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: { 'live-view': 'src/entries/pane.tsx' },
    outdir,
    bundle: true,
    platform: 'neutral',
    format: 'esm',
    target: 'es2023',
    jsxFactory: 'h',
    jsxFragment: 'Fragment',
    logLevel: 'warning',
  });
}

/**
 * Writes the plugin as workers load it. The module and the hooks that a worker does not use would
 * take as long to start as the worker itself, so they are left out.
 */
function writeWorkerPlugin(outdir: string): void {
  const json = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'));
  const write = (path: string, content: unknown) => {
    // The bundles are in the parent directory.
    const text = JSON.stringify(content, null, 2).replaceAll('_ROOT}/dist/', '_ROOT}/../');
    mkdirSync(dirname(join(outdir, path)), { recursive: true });
    writeFileSync(join(outdir, path), `${text}\n`);
  };
  rmSync(outdir, { recursive: true, force: true });
  write('.claude-plugin/plugin.json', json('.claude-plugin/plugin.json'));
  write('hooks/hooks.json', { hooks: hooksOfWorkers(json('hooks/hooks.json').hooks) });
  cpSync(join(root, 'agents'), join(outdir, 'agents'), { recursive: true });
  cpSync(join(root, 'bin'), join(outdir, 'bin'), { recursive: true });
  const swarm = join(outdir, 'bin', 'swarm');
  writeFileSync(swarm, readFileSync(swarm, 'utf8').replace('../dist/', '../../'));
}

/** The licences of the bundled packages, which most of them require to be included. */
function licensesOf(inputs: readonly string[]): string {
  const packages = new Map(
    inputs.flatMap((input) => {
      const [dir, name] = /^.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input) ?? [];
      return dir && name ? [[name, join(root, dir)] as const] : [];
    }),
  );
  return [...packages]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, dir]) => `${name}\n\n${licenseOf(dir)}\n`)
    .join(`\n${'-'.repeat(80)}\n\n`);
}

function licenseOf(dir: string): string {
  const file = readdirSync(dir).find((entry) => /^licen[cs]e/i.test(entry));
  if (file) return readFileSync(join(dir, file), 'utf8').trim();
  const { license, author } = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8'));
  return `${license}, by ${typeof author === 'string' ? author : author?.name}`;
}

function differences(expected: string, actual: string): string[] {
  const list = (dir: string) => readdirSync(dir, { recursive: true, encoding: 'utf8' });
  const names = new Set([...list(expected), ...list(actual)]);
  return [...names].filter((name) => read(join(expected, name)) !== read(join(actual, name)));
}

function read(path: string): string | null {
  try {
    const { mode } = statSync(path);
    return `${mode & 0o111} ${readFileSync(path, 'utf8')}`;
  } catch {
    return null;
  }
}

if (process.argv.includes('--check')) {
  const fresh = mkdtempSync(join(tmpdir(), 'swarm-dist-'));
  try {
    await bundle(fresh);
    const stale = differences(fresh, dist);
    if (stale.length > 0) {
      process.stderr.write(`dist/ is not what the sources build to: ${stale.join(', ')}\n`);
      process.stderr.write('Run `npx pnpm@12 build` and commit the result.\n');
      process.exitCode = 1;
    }
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
} else {
  await bundle(dist);
}
