import { join } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';

const root = join(import.meta.dirname, '..', '..');

/** Bundles that are started by name. */
const ENTRIES = {
  cli: 'src/entries/cli.ts',
  mcp: 'src/entries/mcp-server.ts',
  guard: 'src/entries/guard.ts',
  notify: 'src/entries/notifier.ts',
  'record-event': 'hooks/record-event.ts',
  'allow-swarm': 'hooks/allow-swarm.ts',
  'add-to-path': 'hooks/add-to-path.ts',
  'agent-rows': 'hooks/agent-rows.ts',
};

/**
 * Bundles of modules that an entry needs rarely. An `import()` or `require` of such a module loads
 * its bundle; a static import includes the module as usual.
 */
const LATE_CHUNKS = {
  cli: 'src/entries/cli.ts',
  'full-cli': 'src/entries/full-cli.ts',
  'quick-cli': 'src/entries/quick-cli.ts',
  hub: 'src/entries/hub.ts',
  queue: 'src/entries/queue.ts',
  'command-policy': 'src/command-policy/classify-command.ts',
  'cut-line': 'src/text/cut-line.ts',
  'hook-handlers': 'src/entries/hook-handlers.ts',
  mcp: 'src/entries/mcp-server.ts',
  'mcp-service': 'src/entries/mcp-service.ts',
  'read-config': 'src/config/read-config.ts',
  'secret-formats': 'src/text/secret-formats.ts',
  'wide-text': 'src/text/display-width-wide.ts',
};

/**
 * Large packages that several bundles use. Each is one bundle, loaded when the first module that
 * imports it runs: starting a run loads `yaml`, starting the MCP server does not.
 */
export const SHARED_PACKAGES = ['chokidar', 'marked', 'unbash', 'yaml'];

/** `mcp` is in both lists: the client starts it, and `swarm mcp` loads it. */
const entryPoints: Readonly<Record<string, string>> = {
  ...ENTRIES,
  ...LATE_CHUNKS,
  ...Object.fromEntries(SHARED_PACKAGES.map((name) => [name, name])),
};

const EMPTY = 'empty';

const loadOtherBundles: Plugin = {
  name: 'load-other-bundles',
  setup({ onResolve, onLoad }) {
    const bundleOf = new Map(
      Object.entries(LATE_CHUNKS).map(([name, path]) => [join(root, path), name]),
    );
    onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ kind, path, resolveDir }) => {
      if (kind !== 'dynamic-import' && kind !== 'require-call') return undefined;
      const name = bundleOf.get(join(resolveDir, path));
      return name === undefined ? undefined : { path: `./${name}.cjs`, external: true };
    });
    // The second engine of BullMQ, which is not used, is half of its size.
    onResolve({ filter: /^\.\/postgres$/ }, ({ importer }) =>
      importer.includes('/bullmq/') ? { path: EMPTY, namespace: EMPTY } : undefined,
    );
    // They are optional, and BullMQ and ioredis do without them.
    onResolve({ filter: /^(?:supports-color|@valkey\/valkey-glide)$/ }, () => ({
      path: EMPTY,
      namespace: EMPTY,
    }));
    onLoad({ filter: /^/, namespace: EMPTY }, () => ({ contents: '' }));
    onResolve({ filter: new RegExp(`^(?:${SHARED_PACKAGES.join('|')})$`) }, ({ kind, path }) =>
      kind === 'entry-point' ? undefined : { path: `./${path}.cjs`, external: true },
    );
  },
};

/** What Node.js runs. CommonJS starts faster than ES modules, and a hook starts at every event. */
const FOR_NODE: BuildOptions = {
  entryPoints,
  outExtension: { '.js': '.cjs' },
  platform: 'node',
  target: 'node20.19',
  format: 'cjs',
  jsxFactory: 'h',
  jsxFragment: 'Fragment',
  minify: true,
  legalComments: 'none',
  plugins: [loadOtherBundles],
  // Turns `import()` into `require`, which is faster.
  supported: { 'dynamic-import': false },
  alias: {
    // Its UMD build hides its imports from a bundler.
    'jsonc-parser': 'jsonc-parser/lib/esm/main.js',
    'js-yaml': './src/plan/js-yaml-shim.ts',
    // Only as ES modules it can be included in part.
    bullmq: 'bullmq/dist/esm/index.js',
    '@modelcontextprotocol/server/_shims': './src/mcp/transport/sdk-shims.ts',
  },
};

/**
 * The module that Claude Code loads into itself. The client reads the source to find out what the
 * module calls, so the names must stay as they are.
 */
const FOR_CLIENT: BuildOptions = {
  entryPoints: { 'live-view': 'src/entries/pane.tsx' },
  platform: 'neutral',
  format: 'esm',
  target: 'es2023',
  jsxFactory: 'h',
  jsxFragment: 'Fragment',
};

/** What the pages of the hub load. */
const FOR_BROWSER: BuildOptions = {
  entryPoints: { web: 'src/entries/web.tsx', style: 'src/web/style.css' },
  entryNames: '[name]',
  platform: 'browser',
  format: 'esm',
  target: ['es2022', 'chrome110', 'firefox115', 'safari16'],
  minify: true,
  legalComments: 'none',
  jsxFactory: 'h',
  jsxFragment: 'Fragment',
};

/**
 * Builds all bundles.
 * @param outdir an absolute path
 * @param write false to only compute what would be written
 * @returns what the bundles consist of
 */
export async function buildBundles(outdir: string, write = true): Promise<Metafile> {
  const built = await Promise.all(
    [FOR_NODE, FOR_CLIENT, FOR_BROWSER].map((options) =>
      build({
        ...options,
        absWorkingDir: root,
        outdir,
        bundle: true,
        metafile: true,
        write,
        logLevel: 'warning',
      }),
    ),
  );
  return {
    inputs: Object.assign({}, ...built.map(({ metafile }) => metafile?.inputs)),
    outputs: Object.assign({}, ...built.map(({ metafile }) => metafile?.outputs)),
  };
}
