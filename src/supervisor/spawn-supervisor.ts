import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { startDetached } from '../platform/process/start-detached.ts';
import type { RunPaths } from '../store/run-paths.ts';

export interface SupervisorProgram {
  /** Node, absolute. */
  execPath: string;
  /** `bin/swarm`, absolute. */
  cli: string;
  env: Readonly<Record<string, string | undefined>>;
  /** The directory to start in; the run's tasks work in the working tree around it. */
  cwd: string;
}

/** The log of a supervisor in the background. */
export function supervisorLog({ dir }: RunPaths): string {
  return join(dir, 'run.log');
}

/**
 * Starts `swarm run` in the background, without a terminal: it continues when this process exits.
 * It acquires the run itself, or exits if another process owns it.
 */
export function spawnSupervisor(
  paths: RunPaths,
  { execPath, cli, env, cwd }: SupervisorProgram,
  flags: readonly string[],
): ChildProcess {
  return startDetached({
    script: cli,
    args: ['run', paths.run, ...flags],
    execPath,
    cwd,
    env,
    log: supervisorLog(paths),
  });
}
