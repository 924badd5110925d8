import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hooksOfWorkers } from '../../src/claude/worker-plugin.ts';

/**
 * Writes the plugin as workers load it, in a directory below `dist/`. It leaves out the pane and
 * the hooks that a worker does not need, because starting those takes as long as the worker itself.
 * @param root the directory of the plugin
 */
export function writeWorkerPlugin(root: string, outdir: string): void {
  const json = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'));
  const write = (path: string, content: unknown) => {
    // The bundles are in the directory above.
    const text = JSON.stringify(content, null, 2).replaceAll('_ROOT}/dist/', '_ROOT}/../');
    mkdirSync(dirname(join(outdir, path)), { recursive: true });
    writeFileSync(join(outdir, path), `${text}\n`);
  };
  write('.claude-plugin/plugin.json', json('.claude-plugin/plugin.json'));
  write('hooks/hooks.json', { hooks: hooksOfWorkers(json('hooks/hooks.json').hooks) });
  cpSync(join(root, 'agents'), join(outdir, 'agents'), { recursive: true });
  cpSync(join(root, 'bin'), join(outdir, 'bin'), { recursive: true });
  const swarm = join(outdir, 'bin', 'swarm');
  writeFileSync(swarm, readFileSync(swarm, 'utf8').replace('../dist/', '../../'));
}
