import type { Redis } from 'ioredis';
import { runId } from '../../ledger/events.ts';
import type { CleanedQueue, PoolView, QueueView } from '../../view/machines/queue-view.ts';
import { connectRedis } from './connect-redis.ts';
import { inboxQueue, PREFIX, poolQueue } from './engine-names.ts';
import { listMachines } from './machines.ts';
import { openQueue } from './open-queue.ts';
import { serverProblems } from './server-problems.ts';

/** What the person who runs a queue does with it. */
export interface QueueOperator {
  status(): Promise<Omit<QueueView, 'url'>>;
  /**
   * Has the workers of pools take nothing new, or take orders again.
   * @param pool null for all
   * @returns the pools
   */
  setDraining(pool: string | null, isDraining: boolean): Promise<string[]>;
  /** Removes what is older. @param age milliseconds @param now milliseconds since 1970 */
  clean(age: number, now: number): Promise<CleanedQueue>;
  close(): void;
}

/** @throws {SwarmError} if nothing answers at the URL */
export async function operateQueue(url: string): Promise<QueueOperator> {
  const redis = await connectRedis(url);
  return {
    status: () => readStatus(redis),
    setDraining: (pool, isDraining) => setDraining(redis, pool, isDraining),
    clean: (age, now) => clean(redis, age, now),
    close: () => redis.disconnect(),
  };
}

/** The queues that exist, by what they are for. */
async function findQueues(redis: Redis): Promise<{ pools: string[]; runs: string[] }> {
  const names = new Set<string>();
  const prefix = `${PREFIX}:${poolQueue('')}`;
  for await (const keys of redis.scanStream({ match: `${prefix}*:meta`, count: 1_000 })) {
    for (const key of keys as string[]) names.add(key.slice(prefix.length, -':meta'.length));
  }
  const inbox = inboxQueue('').slice(poolQueue('').length);
  const runs = [...names].flatMap((name) => {
    const run = name.startsWith(inbox) ? name.slice(inbox.length) : '';
    return runId.safeParse(run).success ? [run] : [];
  });
  const pools = [...names].filter((name) => !runs.some((run) => name === `${inbox}${run}`));
  return { pools: pools.sort(), runs: runs.sort() };
}

async function readStatus(redis: Redis): Promise<Omit<QueueView, 'url'>> {
  const [{ pools, runs }, machines, problems] = await Promise.all([
    findQueues(redis),
    listMachines(redis),
    serverProblems(redis),
  ]);
  const known = [...new Set([...pools, ...machines.flatMap((one) => Object.keys(one.pools))])];
  const slotsOf = (pool: string) =>
    machines.reduce((sum, machine) => sum + (machine.pools[pool] ?? 0), 0);
  const unread = await Promise.all(runs.map((run) => countUnread(redis, run)));
  return {
    pools: await Promise.all(known.sort().map((pool) => readPool(redis, pool, slotsOf(pool)))),
    machines,
    inboxes: unread.filter((one) => one.unread > 0),
    problems,
  };
}

async function readPool(redis: Redis, pool: string, slots: number): Promise<PoolView> {
  const queue = openQueue(redis, poolQueue(pool));
  try {
    const counts = await queue.getJobCounts('waiting', 'active');
    const { waiting = 0, active = 0 } = counts;
    const isDraining = await queue.isPaused();
    return { pool, waiting, active, slots, isDraining };
  } finally {
    await queue.close();
  }
}

async function countUnread(redis: Redis, run: string): Promise<{ run: string; unread: number }> {
  const queue = openQueue(redis, inboxQueue(run));
  try {
    return { run, unread: await queue.getJobCountByTypes('waiting', 'active', 'delayed') };
  } finally {
    await queue.close();
  }
}

async function setDraining(
  redis: Redis,
  pool: string | null,
  isDraining: boolean,
): Promise<string[]> {
  const machines = await listMachines(redis);
  const served = machines.flatMap((machine) => Object.keys(machine.pools));
  const known = [...new Set([...(await findQueues(redis)).pools, ...served])];
  const pools = pool === null ? known.sort() : [pool];
  for (const one of pools) {
    const queue = openQueue(redis, poolQueue(one));
    await (isDraining ? queue.pause() : queue.resume());
    await queue.close();
  }
  return pools;
}

/** More are removed with the next call. */
const MOST_AT_ONCE = 10_000;

async function clean(redis: Redis, age: number, now: number): Promise<CleanedQueue> {
  const { pools, runs } = await findQueues(redis);
  let orders = 0;
  for (const pool of pools) {
    const queue = openQueue(redis, poolQueue(pool));
    for (const state of ['completed', 'failed', 'wait'] as const)
      orders += (await queue.clean(age, MOST_AT_ONCE, state)).length;
    await queue.close();
  }
  const inboxes: string[] = [];
  for (const run of runs) {
    const queue = openQueue(redis, inboxQueue(run));
    const newest = await queue.getJobs(undefined, 0, 0, false);
    if (newest.every((job) => job.timestamp <= now - age)) {
      await queue.obliterate({ force: true });
      inboxes.push(run);
    }
    await queue.close();
  }
  return { orders, inboxes };
}
