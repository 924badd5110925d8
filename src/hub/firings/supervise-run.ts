import { SwarmError } from '../../errors/swarm-error.ts';
import { readLastLines } from '../../platform/regular-file.ts';
import type { RunPaths } from '../../store/run-paths.ts';
import {
  type SupervisorProgram,
  spawnSupervisor,
  supervisorLog,
} from '../../supervisor/spawn-supervisor.ts';
import { readTriggers } from '../config/read-triggers.ts';
import type { FiringContext } from './firing-context.ts';

/** How much of what a process printed is kept; bytes. */
const TAIL = 2_000;

/**
 * Starts `swarm run` with a program, and reports how it ended if this process is still there. The
 * secrets of webhooks are not in its environment, since agents can read it.
 */
export function superviseWith(program: SupervisorProgram): FiringContext['supervise'] {
  return ({ paths }, args, onExit) => {
    const secrets = new Set(secretVariables(paths.root));
    const env = Object.fromEntries(
      Object.entries(program.env).filter(([name]) => !secrets.has(name)),
    );
    spawnSupervisor(paths, { ...program, env }, args)
      .on('error', (error) => onExit({ code: null, output: error.message }))
      .on('exit', (code) => onExit({ code, output: lastOutput(paths) }));
  };
}

function secretVariables(root: string): string[] {
  try {
    const { webhooks, notify } = readTriggers(root);
    return [...Object.values(webhooks), ...notify.targets].flatMap((one) => [
      ...(one.secretEnv === undefined ? [] : [one.secretEnv]),
      ...('urlEnv' in one && one.urlEnv !== undefined ? [one.urlEnv] : []),
    ]);
  } catch (error) {
    if (error instanceof SwarmError) return [];
    throw error;
  }
}

function lastOutput(paths: RunPaths): string {
  try {
    return readLastLines(supervisorLog(paths), TAIL)
      .filter((line) => line.trim() !== '')
      .slice(-3)
      .join('\n');
  } catch {
    return '';
  }
}
