import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { startDetached } from '../platform/start-detached.ts';
import type { RunPaths } from '../store/run-paths.ts';

export interface SupervisorProgram {
  /** Node, absolute. */
  execPath: string;
  /** `bin/swarm`, absolute. */
  cli: string;
  env: Readonly<Record<string, string | undefined>>;
  /** Where the run is started; its tasks work in the working tree around it. */
  cwd: string;
}

/** What the supervisor of a run says, where nobody sees it. */
export function supervisorLog({ dir }: RunPaths): string {
  return join(dir, 'run.log');
}

/**
 * Starts `swarm run` in the background, belonging to no terminal: it goes on when this process
 * ends. It claims the run by itself, or ends if another has it.
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
