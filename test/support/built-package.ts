import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { hooksFileSchema } from '../../src/claude/hook-groups.ts';
import { scriptsOf } from '../../src/claude/plugin-paths.ts';

const SOURCE = join(import.meta.dirname, '..', '..');

/** Writes the plugin's package with hooks built from the current sources, and stubs for the rest. */
export async function buildPackage(root: string): Promise<void> {
  for (const path of ['package.json', '.claude-plugin', 'hooks', 'bin']) {
    cpSync(join(SOURCE, path), join(root, path), { recursive: true });
  }
  const { hooks } = hooksFileSchema.parse(
    JSON.parse(readFileSync(join(SOURCE, 'hooks', 'hooks.json'), 'utf8')),
  );
  const scripts = scriptsOf(hooks);
  const names = new Set([
    'add-to-path',
    ...scripts.flatMap((path) => /^dist\/(.+)\.cjs$/.exec(path)?.[1] ?? []),
  ]);
  await build({
    absWorkingDir: SOURCE,
    entryPoints: Object.fromEntries([...names].map((name) => [name, `hooks/${name}.ts`])),
    outdir: join(root, 'dist'),
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
  });
  cpSync(join(SOURCE, 'dist', 'live-view.js'), join(root, 'dist', 'live-view.js'));
  for (const name of ['cli.cjs', 'agent-rows.cjs']) {
    writeFileSync(join(root, 'dist', name), '// The doctor does not start it.\n');
  }
}
