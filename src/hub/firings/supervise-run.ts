import { readLastLines } from '../../platform/regular-file.ts';
import type { RunPaths } from '../../store/run-paths.ts';
import {
  type SupervisorProgram,
  spawnSupervisor,
  supervisorLog,
} from '../../supervisor/spawn-supervisor.ts';
import type { FiringContext } from './firing-context.ts';

/** How much of what a process printed is kept; bytes. */
const TAIL = 2_000;

/** Starts `swarm run` with a program, and reports how it ended if this process is still there. */
export function superviseWith(program: SupervisorProgram): FiringContext['supervise'] {
  return ({ paths }, args, onExit) => {
    spawnSupervisor(paths, program, args)
      .on('error', (error) => onExit({ code: null, output: error.message }))
      .on('exit', (code) => onExit({ code, output: lastOutput(paths) }));
  };
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
