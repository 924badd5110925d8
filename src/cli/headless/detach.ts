import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { QUEUE_URL_VARIABLE } from '../../config/queue-variables.ts';
import { EXIT, SwarmError } from '../../errors/swarm-error.ts';
import { readRegularFile } from '../../platform/regular-file.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import type { CliContext } from '../cli-context.ts';
import { type RunFlags, toArguments } from './run-flags.ts';

/** How long a detached `swarm run` may take to acquire its run; milliseconds. */
const ACQUIRE_MS = 15_000;
const POLL_MS = 20;

/**
 * Starts the same execution in the background, attached to no terminal, and returns when it has
 * acquired the run.
 * @throws {SwarmError} with the message and the exit code of that process when it fails first
 */
export async function detach(run: RunHandle, flags: RunFlags, context: CliContext): Promise<void> {
  const { refresh } = await import('../../store/run-handle.ts');
  const { spawnSupervisor, supervisorLog } = await import('../../supervisor/spawn-supervisor.ts');
  const { packageRoot, process, env, cwd } = context;
  const cli = join(packageRoot, 'bin', 'swarm');
  const queue = flags.queue === undefined ? {} : { [QUEUE_URL_VARIABLE]: flags.queue };
  const program = { execPath: process.execPath, cli, env: { ...env, ...queue }, cwd };
  const child = spawnSupervisor(run.paths, program, toArguments(flags));
  for (let waited = 0; waited < ACQUIRE_MS; waited += POLL_MS) {
    refresh(run);
    if (run.state.supervision.current?.process.pid === child.pid) break;
    if (child.exitCode !== null) {
      // A run with nothing to do ends before it is seen to be acquired.
      if (child.exitCode === EXIT.done) break;
      const output = readRegularFile(supervisorLog(run.paths)).trim();
      throw new SwarmError(output, child.exitCode);
    }
    await sleep(POLL_MS);
  }
  const { run: id, dir } = run.paths;
  context.print(flags.json ? JSON.stringify({ run: id, dir }) : id);
  context.printError(
    `running in the background. Watch: swarm watch ${id}  Cancel: swarm cancel ${id}`,
  );
}
