import { setTimeout as wait } from 'node:timers/promises';
import { type Job as BullJob, type Queue, WaitingError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Signed } from '../wire/signed.ts';
import { connectRedis } from './connect-redis.ts';
import { inboxQueue, PREFIX, poolQueue, RETRY_MS, TIMING, type Timing } from './engine-names.ts';
import { announceMachine } from './machines.ts';
import { openQueue } from './open-queue.ts';
import type { Job, Serving, WorkerQueue } from './port.ts';
import { redisBlobs } from './redis-blobs.ts';
import { serverProblems } from './server-problems.ts';
import { listenToStops } from './stop-requests.ts';
import type { OrderData } from './supervisor-queue.ts';

/**
 * The engine as a worker uses it.
 * @param now ISO 8601
 * @throws {SwarmError} if nothing answers at the URL
 */
export async function connectWorkerQueue(
  url: string,
  now: () => string,
  timing = TIMING,
): Promise<WorkerQueue> {
  const redis = await connectRedis(url);
  const stops = listenToStops(redis);
  const announcement = announceMachine(redis, now);
  const inboxes = openInboxes(redis);
  return {
    serve: (pools, work) => servePools({ redis, timing }, pools, work),
    send: (run, id, message) => inboxes.send(run, id, message),
    onStop: stops.onStop,
    announce: announcement.set,
    isReady: () => redis.status === 'ready',
    problems: () => serverProblems(redis),
    blobs: redisBlobs(redis),
    async close() {
      stops.close();
      await announcement.close();
      await inboxes.close();
      redis.disconnect();
    },
  };
}

type Work = (order: Signed, job: Job) => Promise<void>;

interface Engine {
  redis: Redis;
  timing: Timing;
}

function servePools(engine: Engine, pools: Readonly<Record<string, number>>, work: Work): Serving {
  const workers = Object.entries(pools).map(([pool, slots]) =>
    servePool(engine, pool, slots, work),
  );
  return {
    async pause() {
      await Promise.all(workers.map((worker) => worker.pause(true)));
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.close()));
    },
  };
}

function servePool(
  { redis, timing }: Engine,
  pool: string,
  slots: number,
  work: Work,
): Worker<OrderData> {
  // BullMQ passes the signal only to a function that declares three parameters.
  const process = async (job: BullJob<OrderData>, token?: string, signal?: AbortSignal) => {
    if (worker.isPaused() || worker.closing) {
      // A worker that waits for an order takes one more after it was paused.
      await job.moveToWait(token);
      throw new WaitingError();
    }
    const { order, address } = job.data;
    await work(order, { address, signal: signal ?? new AbortController().signal });
  };
  const worker = new Worker<OrderData>(poolQueue(pool), process, {
    connection: redis,
    prefix: PREFIX,
    concurrency: slots,
    lockDuration: timing.lock,
    stalledInterval: timing.stalledCheck,
    maxStalledCount: 0,
    runRetryDelay: RETRY_MS,
    skipVersionCheck: true,
  });
  worker.on('error', () => {});
  worker.on('lockRenewalFailed', (attempts) => {
    for (const attempt of attempts) worker.cancelJob(attempt, 'its lock was lost');
  });
  return worker;
}

/** The inboxes of the runs that this worker has sent messages to. */
function openInboxes(redis: Redis) {
  const queues = new Map<string, Queue<Signed>>();
  const queueOf = (run: string) => {
    const queue = queues.get(run) ?? openQueue<Signed>(redis, inboxQueue(run));
    queues.set(run, queue);
    return queue;
  };
  return {
    async send(run: string, id: string, message: Signed): Promise<void> {
      for (;;) {
        try {
          await queueOf(run).add('message', message, { jobId: id });
          return;
        } catch (error) {
          if (redis.status === 'end') throw error;
          await wait(RETRY_MS);
        }
      }
    },
    async close(): Promise<void> {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
    },
  };
}
