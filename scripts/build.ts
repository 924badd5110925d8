import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WORKER_PLUGIN } from '../src/claude/worker-plugin.ts';
import { buildBundles } from './build/bundles.ts';
import { recordGreetings } from './build/greetings.ts';
import { licencesOf } from './build/licences.ts';
import { writeWorkerPlugin } from './build/worker-plugin.ts';

/**
 * Builds `dist/`, which is committed: an installed plugin runs it without installing anything.
 * With `--check` nothing is written, and the exit code is 1 unless `dist/` matches the sources.
 */
const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');

async function buildDist(outdir: string): Promise<void> {
  const { inputs } = await buildBundles(outdir);
  writeFileSync(join(outdir, 'mcp-greeting.json'), `${JSON.stringify(await recordGreetings())}\n`);
  writeWorkerPlugin(root, join(outdir, WORKER_PLUGIN));
  const licences = licencesOf(root, Object.keys(inputs));
  writeFileSync(join(outdir, 'THIRD-PARTY-LICENSES.txt'), licences);
}

/** The files, relative to both directories, that differ or are in one of them only. */
function differences(expected: string, actual: string): string[] {
  const list = (dir: string) =>
    existsSync(dir) ? readdirSync(dir, { recursive: true, encoding: 'utf8' }) : [];
  const names = new Set([...list(expected), ...list(actual)]);
  return [...names].filter((name) => read(join(expected, name)) !== read(join(actual, name)));
}

/** @returns null for a directory or a missing file */
function read(path: string): string | null {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats?.isFile() ? `${stats.mode & 0o111} ${readFileSync(path, 'utf8')}` : null;
}

const fresh = mkdtempSync(join(tmpdir(), 'swarm-dist-'));
try {
  await buildDist(fresh);
  const stale = differences(fresh, dist);
  if (!process.argv.includes('--check')) {
    for (const name of stale) {
      rmSync(join(dist, name), { force: true });
      if (existsSync(join(fresh, name))) cpSync(join(fresh, name), join(dist, name));
    }
  } else if (stale.length > 0) {
    process.stderr.write(`dist/ is not what the sources build to: ${stale.join(', ')}\n`);
    process.stderr.write('Run `npx pnpm@12 build` and commit the result.\n');
    process.exitCode = 1;
  }
} finally {
  rmSync(fresh, { recursive: true, force: true });
}
