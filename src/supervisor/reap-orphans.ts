import type { ProcessIdentity } from '../platform/process/process-identity.ts';
import { publish } from '../store/commit.ts';
import type { Host } from '../store/host.ts';
import type { RunPaths } from '../store/run-paths.ts';
import { reapOrphans } from './acquire-run.ts';

/**
 * Cleans up after a supervisor that is gone: if it has not released the run, its workers are ended
 * and their attempts recorded as interrupted.
 * @param supervisor the id of the supervisor that is gone
 */
export async function runReaper(paths: RunPaths, supervisor: string, host: Host): Promise<void> {
  const run = host.load(paths);
  const holder = run.state.supervision.current;
  if (holder?.id !== supervisor) return;
  // Its exit closed our stdin, but the system may still list it for a moment.
  const isAlive = (known: ProcessIdentity) =>
    known.pid !== holder.process.pid && host.isAlive(known);
  await reapOrphans(run, { ...host, isAlive });
  publish(run, [], host);
}
