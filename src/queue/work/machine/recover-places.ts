import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessIdentity } from '../../../platform/process/process-identity.ts';
import type { Host } from '../../../store/host.ts';
import { runPaths } from '../../../store/run-paths.ts';
import { runReaper } from '../../../supervisor/reap-orphans.ts';
import { removePlace } from '../place/place.ts';
import { listPlaces, type PlaceRecord } from '../place/place-record.ts';

export interface RecoveryContext {
  /** The directory for clones; absolute. */
  places: string;
  host: Host;
  /** Tells the supervisor of an attempt that nothing more will come. */
  tellLost(record: PlaceRecord): Promise<void>;
  onFault(error: unknown): void;
}

/**
 * Cleans up after workers that were killed: ends the clients that they left, tells their supervisors,
 * and removes the places.
 * @param isDead of a worker's process
 * @returns how many attempts were cut off
 */
export async function recoverPlaces(
  isDead: (worker: ProcessIdentity) => boolean,
  { places, host, tellLost, onFault }: RecoveryContext,
): Promise<number> {
  const left = listPlaces(places).filter(({ record }) => isDead(record.worker));
  await Promise.all(
    left.map(async ({ directory, record }) => {
      const paths = runPaths(join(directory, 'repository'), record.run);
      // A place that was not finished has no run, and so no client.
      if (existsSync(paths.ledger)) await endClients(paths, host).catch(onFault);
      await tellLost(record).catch(onFault);
      removePlace({ directory });
    }),
  );
  return left.length;
}

/** As the guard of a supervisor does: here the worker is the supervisor of its attempt. */
async function endClients(paths: ReturnType<typeof runPaths>, host: Host): Promise<void> {
  const holder = host.load(paths).state.supervision.current;
  if (holder) await runReaper(paths, holder.id, host);
}
