import type { RunHandle } from '../store/run-handle.ts';
import { spawnSupervisor } from '../supervisor/spawn-supervisor.ts';
import type { ServerContext } from './server-context.ts';

/** How a run is executed, in addition to the server's own options. */
export interface StartOptions {
  maxParallel?: number | undefined;
  budgetUsd?: number | undefined;
}

/** Starts or resumes a run in a process that outlives this one. */
export function spawnRun(run: RunHandle, options: StartOptions, context: ServerContext): void {
  const { maxParallel, budgetUsd } = options;
  spawnSupervisor(run.paths, context.program, [
    ...context.runFlags,
    ...(maxParallel === undefined ? [] : [`--max-parallel=${maxParallel}`]),
    ...(budgetUsd === undefined ? [] : [`--budget-usd=${budgetUsd}`]),
  ]).on('error', () => {
    // The run then has no supervisor, which its status shows.
  });
}
