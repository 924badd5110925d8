import { type Job, type Queue, QueueEvents, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Signed } from '../wire/signed.ts';
import { connectRedis } from './connect-redis.ts';
import { inboxQueue, PREFIX, poolQueue, TIMING, type Timing } from './engine-names.ts';
import { consumeInbox } from './inbox.ts';
import { listMachines } from './machines.ts';
import { openQueue } from './open-queue.ts';
import type { OrderAddress, OrderState, SupervisorQueue } from './port.ts';
import { redisBlobs } from './redis-blobs.ts';
import { requestStop } from './stop-requests.ts';

/** An order in its queue. */
export interface OrderData {
  address: OrderAddress;
  order: Signed;
}

/** How long an ended order is kept for people who look at the queue; seconds. */
const KEPT_S = 3600;

/**
 * The engine as a supervisor uses it.
 * @throws {SwarmError} if nothing answers at the URL
 */
export async function connectSupervisorQueue(
  url: string,
  timing = TIMING,
): Promise<SupervisorQueue> {
  const redis = await connectRedis(url);
  const queues = new Map<string, Queue<OrderData>>();
  const queueOf = (pool: string) => {
    const queue = queues.get(pool) ?? openQueue<OrderData>(redis, poolQueue(pool));
    queues.set(pool, queue);
    return queue;
  };
  return {
    async submit(order, address) {
      await queueOf(address.pool).add(
        address.task,
        { address, order },
        jobOptions(address.attempt),
      );
    },
    async withdraw(pool, attempt) {
      return (await queueOf(pool).remove(attempt)) === 1;
    },
    stop: (attempt, isForGood) => requestStop(redis, attempt, isForGood),
    async find(pool, attempts) {
      const found = attempts.map(async (attempt) => {
        const job = await queueOf(pool).getJob(attempt);
        return [attempt, job ? await stateOf(job) : 'unknown'] as const;
      });
      return new Map(await Promise.all(found));
    },
    consume: (run, handle) => consumeInbox(redis, run, handle),
    backlog: (run) => countMessages(redis, run),
    async forget(run) {
      const queue = openQueue(redis, inboxQueue(run));
      await queue.obliterate({ force: true });
      await queue.close();
    },
    onStalled: (pools, lost) => watchStalled(redis, timing, pools, lost),
    machines: () => listMachines(redis),
    blobs: redisBlobs(redis),
    async close() {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
      redis.disconnect();
    },
  };
}

function jobOptions(attempt: string) {
  const kept = { age: KEPT_S, count: 1000 };
  return { jobId: attempt, attempts: 1, removeOnComplete: kept, removeOnFail: kept };
}

async function stateOf(job: Job<OrderData>): Promise<OrderState> {
  const state = await job.getState();
  if (state === 'unknown' || state === 'active') return state;
  if (state === 'completed' || state === 'failed') return 'ended';
  // A stalled order waits for a worker that fails it without running it.
  return job.deferredFailure ? 'ended' : 'waiting';
}

async function countMessages(redis: Redis, run: string): Promise<number> {
  const queue = openQueue(redis, inboxQueue(run));
  try {
    return await queue.getJobCountByTypes('waiting', 'active', 'delayed');
  } finally {
    await queue.close();
  }
}

/** Looks for orders whose worker is gone, since there may be no other worker that does. */
function watchStalled(
  redis: Redis,
  timing: Timing,
  pools: readonly string[],
  lost: (attempt: string) => void,
): () => void {
  const watches = pools.flatMap((pool) => {
    const options = { connection: redis, prefix: PREFIX, skipVersionCheck: true };
    const checker = new Worker(poolQueue(pool), null, {
      ...options,
      autorun: false,
      lockDuration: timing.lock,
      stalledInterval: timing.stalledCheck,
      maxStalledCount: 0,
    });
    checker.on('error', () => {});
    checker.on('stalled', lost);
    void checker.startStalledCheckTimer();
    const events = new QueueEvents(poolQueue(pool), options);
    events.on('error', () => {});
    events.on('stalled', ({ jobId }) => lost(jobId));
    return [checker, events];
  });
  return () => {
    for (const watch of watches) void watch.close().catch(() => {});
  };
}
