import type { Redis } from 'ioredis';
import { STOP_CHANNEL, stopKey } from './engine-names.ts';

/** Longer than any attempt takes; seconds. */
const KEPT_S = 24 * 3600;

/** Asks the worker of an attempt to end it. The request is kept for a worker that subscribes later. */
export async function requestStop(
  redis: Redis,
  attempt: string,
  isForGood: boolean,
): Promise<void> {
  const how = isForGood ? 'for-good' : 'for-now';
  await redis
    .multi()
    .set(stopKey(attempt), how, 'EX', KEPT_S)
    .publish(STOP_CHANNEL, `${attempt} ${how}`)
    .exec();
}

export interface StopRequests {
  onStop(attempt: string, stop: (isForGood: boolean) => void): () => void;
  close(): void;
}

/** Listens to requests on a connection of its own. */
export function listenToStops(redis: Redis): StopRequests {
  const listeners = new Map<string, (isForGood: boolean) => void>();
  const tell = (attempt: string, how: string | null | undefined) => {
    const stop = listeners.get(attempt);
    if (!stop || !how) return;
    listeners.delete(attempt);
    stop(how === 'for-good');
  };
  const lookUp = async (attempt: string) => tell(attempt, await redis.get(stopKey(attempt)));
  const subscriber = redis.duplicate({ lazyConnect: false });
  subscriber.on('error', () => {});
  subscriber.on('message', (_, text: string) => {
    const [attempt = '', how] = text.split(' ');
    tell(attempt, how);
  });
  const subscribed = subscriber.subscribe(STOP_CHANNEL).catch(() => {});
  // Requests of the time without a connection were not received.
  subscriber.on('ready', () => {
    for (const attempt of listeners.keys()) lookUp(attempt).catch(() => {});
  });
  return {
    onStop(attempt, stop) {
      listeners.set(attempt, stop);
      void subscribed.then(() => lookUp(attempt)).catch(() => {});
      return () => listeners.delete(attempt);
    },
    close() {
      listeners.clear();
      subscriber.disconnect();
    },
  };
}
