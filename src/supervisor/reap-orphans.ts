import type { ProcessIdentity } from '../platform/process-identity.ts';
import { writeProjections } from '../store/projections.ts';
import { loadRun } from '../store/run-handle.ts';
import type { RunPaths } from '../store/run-paths.ts';
import { endOrphans } from './acquire-run.ts';

/**
 * What is left to do when a supervisor is gone: where it could not let go of the run itself, its
 * workers are ended and their attempts entered as interrupted.
 * @param supervisor the id of the one that is gone
 */
export async function guardRun(
  paths: RunPaths,
  supervisor: string,
  machine: { now(): string; isAlive(known: ProcessIdentity): boolean },
): Promise<void> {
  const run = loadRun(paths);
  const holder = run.state.supervision.current;
  if (holder?.id !== supervisor) return;
  // Its end closed our input; the system may list it for a moment more.
  const isAlive = (known: ProcessIdentity) =>
    known.pid !== holder.process.pid && machine.isAlive(known);
  await endOrphans(run, { ...machine, isAlive });
  writeProjections(run);
}
