import { Redis } from 'ioredis';
import { EXIT, SwarmError } from '../../errors/swarm-error.ts';
import { urlWithoutPassword } from '../../platform/url-without-password.ts';

/** Milliseconds. */
const CONNECT_MS = 10_000;
const LONGEST_PAUSE_MS = 1_000;

/**
 * Connects to Redis or Valkey. Once it is connected, commands wait while the server is away.
 * @param url `redis://` or `rediss://`
 * @throws {SwarmError} if the URL is not one of them, or nothing answers
 */
export async function connectRedis(url: string): Promise<Redis> {
  assertRedisUrl(url);
  const shown = urlWithoutPassword(url);
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    // BullMQ requires it: a command is never given up because a connection broke.
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(times * 100, LONGEST_PAUSE_MS),
  });
  let problem = 'it did not answer';
  redis.on('error', (error: Error) => {
    problem = error.message || String(error);
  });
  try {
    await redis.connect();
    // From now on connections are tried again: BullMQ duplicates this one, and a worker whose own first
    // connection failed would never take anything.
    redis.options.lazyConnect = false;
    return redis;
  } catch (error) {
    redis.disconnect();
    const why = problem === 'it did not answer' ? (error as Error).message : problem;
    throw new SwarmError(`cannot use the queue at ${shown}: ${why}`, EXIT.badInput, {
      cause: error,
    });
  }
}

/** @throws {SwarmError} if it is no URL of Redis */
function assertRedisUrl(url: string): void {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed?.hostname && ['redis:', 'rediss:'].includes(parsed.protocol)) return;
  throw new SwarmError(
    'the URL of the queue: expected redis://HOST:PORT, or rediss:// for TLS',
    EXIT.badInput,
  );
}
