import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { PREFIX } from './engine-names.ts';

/** Opens a queue of BullMQ on a connection that it leaves open when it is closed. */
export function openQueue<Data>(redis: Redis, name: string): Queue<Data> {
  const queue = new Queue<Data>(name, {
    connection: redis,
    prefix: PREFIX,
    skipVersionCheck: true,
  });
  // A command that fails rejects; without a listener the process would end as well.
  queue.on('error', () => {});
  return queue;
}
