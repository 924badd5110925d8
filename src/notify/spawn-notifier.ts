import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { RunPaths } from '../store/run-paths.ts';

/** Starts the process that tells people of a run; it goes on when this one ends. */
export function spawnNotifier({ root, run }: RunPaths): void {
  const notifier = spawn(process.execPath, [join(__dirname, 'notify.cjs'), root, run], {
    detached: true,
    stdio: 'ignore',
  });
  notifier.on('error', () => {
    // Nobody can be told; the run goes on.
  });
  notifier.unref();
}
