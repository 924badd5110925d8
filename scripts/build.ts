import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

/**
 * Builds `dist/`, which is committed: an installed plugin runs it without installing anything.
 * With `--check` nothing is written, and the exit code says whether `dist/` is what the sources
 * build to.
 */
const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');

async function bundle(outdir: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: {
      cli: 'src/cli.ts',
      'record-event': 'hooks/record-event.ts',
      'allow-swarm': 'hooks/allow-swarm.ts',
      'add-to-path': 'hooks/add-to-path.ts',
    },
    outdir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    // CommonJS starts faster than ES modules, and a hook starts at every event.
    format: 'cjs',
    minify: true,
    legalComments: 'none',
    // Its UMD build hides its imports from a bundler.
    alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
    logLevel: 'warning',
  });
}

function differences(expected: string, actual: string): string[] {
  const names = new Set([...readdirSync(expected), ...readdirSync(actual)]);
  return [...names].filter((name) => read(join(expected, name)) !== read(join(actual, name)));
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
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
