import { join } from 'node:path';
import { startDetached } from '../platform/process/start-detached.ts';
import type { RunPaths } from '../store/run-paths.ts';

/** Starts the process that runs the notify command of a run; it outlives this process. */
export function spawnNotifier({ root, run }: RunPaths): void {
  startDetached({ script: join(__dirname, 'notify.cjs'), args: [root, run] }).on('error', () => {
    // A run never fails because a notification cannot be sent.
  });
}
