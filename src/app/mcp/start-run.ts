import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePlan } from '../../core/parse-plan.ts';
import { SwarmError } from '../../core/swarm-error.ts';
import { runId } from '../../schema/ledger-event.ts';
import { claimFile } from '../../store/claim-file.ts';
import { lazySha256 } from '../../store/lazy-sha256.ts';
import { type LoadedRun, loadRun } from '../../store/load-run.ts';
import { runPaths, swarmDir } from '../../store/run-paths.ts';
import { freshRunId } from '../open-run.ts';
import { openPlan } from '../run/open-target.ts';
import { execute, type StartOptions } from './execute.ts';
import type { ServerContext } from './server-context.ts';
import { isExecuted, lacksSupervisor } from './stranded.ts';

/**
 * Opens a run and has it executed by a process that outlives this one. When it returns the run is
 * on the disk.
 * @param key of two starts with one key the second finds the run of the first
 * @throws {SwarmError} when the plan is invalid, or the key was used for another plan
 */
export async function startRun(
  source: string,
  key: string | undefined,
  options: StartOptions,
  context: ServerContext,
): Promise<LoadedRun> {
  await context.findClient();
  const now = new Date(context.now());
  const file = 'the plan';
  const { root } = context;
  if (key === undefined) {
    const run = openPlan(root, { source, file }, null, now);
    execute(run, options, context);
    return run;
  }
  const run = openKeyed(root, key, source, now);
  if (readFileSync(run.paths.plan, 'utf8') !== source) {
    throw new SwarmError(
      `key ${JSON.stringify(key)} was used for run ${run.paths.run} with another plan; choose another key`,
    );
  }
  const isNew = run.state.supervision.options === null && !isExecuted(run, context);
  if (isNew || lacksSupervisor(run, context)) execute(run, options, context);
  return run;
}

/**
 * The run of a key. The key's file has the run's id and is there before the run: so whoever finds a
 * key without a run opens the run that it names, and of two that do so one finds it taken.
 */
function openKeyed(root: string, key: string, source: string, now: Date): LoadedRun {
  const dir = join(swarmDir(root), 'keys');
  // A plan that is wrong must not use up the key.
  if (!parsePlan(source).plan) openPlan(root, { source, file: 'the plan' }, null, now);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const id = runId.parse(claimFile(join(dir, lazySha256(key)), freshRunId(now)));
  const paths = runPaths(root, id);
  try {
    return loadRun(paths);
  } catch (error) {
    if (!(error instanceof SwarmError)) throw error;
  }
  try {
    return openPlan(root, { source, file: 'the plan' }, null, now, id);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return loadRun(paths);
    throw error;
  }
}
