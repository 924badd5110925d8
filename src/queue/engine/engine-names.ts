/**
 * How everything is called in Redis. All of it begins with one prefix, so that an ACL can limit a user
 * to it.
 */
export const PREFIX = 'bull';

/** The queue of the orders of a pool. */
export const poolQueue = (pool: string) => `swarm-${pool}`;

/** The queue of the messages to the supervisor of a run. */
export const inboxQueue = (run: string) => `swarm-run-${run}`;

export const blobKey = (sha256: string) => `${PREFIX}:swarm-blobs:${sha256}`;
export const stopKey = (attempt: string) => `${PREFIX}:swarm-stop:${attempt}`;
export const STOP_CHANNEL = `${PREFIX}:swarm-stop`;
export const machineKey = (name: string) => `${PREFIX}:swarm-machine:${name}`;
/** The names of all machines, including those that are gone. */
export const MACHINES_KEY = `${PREFIX}:swarm-machines`;

/** Milliseconds. */
export interface Timing {
  /** How long a worker that is not heard of keeps its order. */
  lock: number;
  /** How often somebody looks for such workers. */
  stalledCheck: number;
}

export const TIMING: Timing = { lock: 30_000, stalledCheck: 5_000 };

/** How long to wait before an operation that the engine refused is tried again; milliseconds. */
export const RETRY_MS = 1_000;
