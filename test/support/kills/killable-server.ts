import { setTimeout as sleep } from 'node:timers/promises';
import { type RedisServer, startRedis } from '../redis-server.ts';
import { waitUntil } from '../wait-until.ts';

/** The queue's server; what it has in its append-only file is there again after a kill. */
export interface KillableServer extends AsyncDisposable {
  readonly url: string;
  /** Waits until it answers. */
  isUp(): Promise<void>;
  kill(awayMs: number): Promise<void>;
}

export async function startKillableServer(): Promise<KillableServer> {
  const redis: RedisServer = await startRedis();
  let isAway = false;
  const isUp = async () => {
    await waitUntil(() => !isAway, { what: 'the server of the queue is up' });
  };
  return {
    url: redis.url,
    isUp,
    async kill(awayMs) {
      await isUp();
      isAway = true;
      await redis.kill();
      await sleep(awayMs);
      await redis.start();
      isAway = false;
    },
    [Symbol.asyncDispose]: () => redis[Symbol.asyncDispose](),
  };
}
