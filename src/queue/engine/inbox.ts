import { setTimeout as wait } from 'node:timers/promises';
import { type Job, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Signed } from '../wire/signed.ts';
import { inboxQueue, PREFIX, RETRY_MS, TIMING } from './engine-names.ts';
import { openQueue } from './open-queue.ts';

/** A message may be sent again for a while after it was handled; seconds. */
const KEPT_S = 600;

/** A message is handed out again however often its supervisor died. */
const ANY_NUMBER = 1_000_000;

type Handle = (message: Signed) => Promise<void>;

/**
 * Takes the messages of a run in order.
 * @returns a function that stops it
 */
export async function consumeInbox(
  redis: Redis,
  run: string,
  handle: Handle,
): Promise<() => Promise<void>> {
  const stopping = new AbortController();
  await takeUp(redis, run, handle);
  const worker = new Worker(
    inboxQueue(run),
    ({ data }: Job<Signed>) => untilHandled(data, handle, stopping.signal),
    {
      connection: redis,
      prefix: PREFIX,
      concurrency: 1,
      lockDuration: TIMING.lock,
      maxStalledCount: ANY_NUMBER,
      runRetryDelay: RETRY_MS,
      skipVersionCheck: true,
      removeOnComplete: { age: KEPT_S, count: 1000 },
    },
  );
  worker.on('error', () => {});
  return async () => {
    stopping.abort();
    await worker.close();
  };
}

/** Handles what a supervisor had in hand when it died: it comes before everything that waits. */
async function takeUp(redis: Redis, run: string, handle: Handle): Promise<void> {
  const queue = openQueue<Signed>(redis, inboxQueue(run));
  for (const job of await queue.getActive()) {
    await handle(job.data);
    await redis.del(`${queue.toKey(job.id ?? '')}:lock`);
    await job.remove();
  }
  await queue.close();
}

async function untilHandled(data: Signed, handle: Handle, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      return await handle(data);
    } catch (error) {
      // It stays in hand and is the first to be handled next time.
      if (signal.aborted) throw error;
      await wait(RETRY_MS, undefined, { signal }).catch(() => {});
    }
  }
}
