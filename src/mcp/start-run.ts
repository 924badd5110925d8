import { existsSync } from 'node:fs';
import { SwarmError } from '../errors/swarm-error.ts';
import { unusedRunId } from '../operations/plans/create-run.ts';
import { checkPlan, createRunFromPlan } from '../operations/plans/create-run-from-plan.ts';
import { readRegularFile } from '../platform/regular-file.ts';
import { reserveRunId } from '../store/idempotency-keys.ts';
import { loadRun, type RunHandle } from '../store/run-handle.ts';
import { type RunPaths, runPaths } from '../store/run-paths.ts';
import { isExecuted, needsSupervisor } from '../supervisor/needs-supervisor.ts';
import type { ServerContext } from './server-context.ts';
import { type StartOptions, spawnRun } from './spawn-run.ts';

/**
 * Creates a run and starts it in a process that outlives this one. The run is on disk when this
 * returns.
 * @param key a second start with the same key finds the run of the first
 * @throws {SwarmError} when the plan is invalid, or the key was used for another plan
 */
export async function startRun(
  source: string,
  key: string | undefined,
  options: StartOptions,
  context: ServerContext,
): Promise<RunHandle> {
  await context.findClient();
  const file = 'the plan';
  if (key === undefined) {
    const run = createRunFromPlan({ source, file }, submissionOf(context));
    spawnRun(run, options, context);
    return run;
  }
  const run = openKeyed(context, key, source);
  if (readRegularFile(run.paths.plan) !== source) {
    throw new SwarmError(
      `key ${JSON.stringify(key)} was used for run ${run.paths.run} with another plan; choose another key`,
    );
  }
  const isNew = run.state.supervision.options === null && !isExecuted(run, context);
  if (isNew || needsSupervisor(run, context)) spawnRun(run, options, context);
  return run;
}

function submissionOf(context: ServerContext) {
  return { host: context, env: context.program.env };
}

/** The existing run of a key, or a new one. */
function openKeyed(context: ServerContext, key: string, source: string): RunHandle {
  // An invalid plan must not use up the key.
  checkPlan({ source, file: 'the plan' }, submissionOf(context));
  const { id, markOpened } = reserveRunId(context.root, key, unusedRunId(new Date(context.now())));
  const run = loadOrOpen(runPaths(context.root, id), source, context);
  markOpened();
  return run;
}

function loadOrOpen(paths: RunPaths, source: string, context: ServerContext): RunHandle {
  if (existsSync(paths.ledger)) return loadRun(paths);
  try {
    return createRunFromPlan({ source, file: 'the plan' }, submissionOf(context), paths.run);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Another start with the key was faster.
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return loadRun(paths);
    throw error;
  }
}
