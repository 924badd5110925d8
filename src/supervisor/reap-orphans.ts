import type { ProcessIdentity } from '../platform/process-identity.ts';
import { publish } from '../store/commit.ts';
import type { Host } from '../store/host.ts';
import type { RunPaths } from '../store/run-paths.ts';
import { reapOrphans } from './acquire-run.ts';

/**
 * What is left to do when a supervisor is gone: where it could not let go of the run itself, its
 * workers are ended and their attempts entered as interrupted.
 * @param supervisor the id of the one that is gone
 */
export async function runReaper(paths: RunPaths, supervisor: string, host: Host): Promise<void> {
  const run = host.load(paths);
  const holder = run.state.supervision.current;
  if (holder?.id !== supervisor) return;
  // Its end closed our input; the system may list it for a moment more.
  const isAlive = (known: ProcessIdentity) =>
    known.pid !== holder.process.pid && host.isAlive(known);
  await reapOrphans(run, { ...host, isAlive });
  publish(run, [], host);
}
