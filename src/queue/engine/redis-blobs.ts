import type { Redis } from 'ioredis';
import { sha256 } from '../../platform/sha256.ts';
import { blobKey } from './engine-names.ts';
import type { Blobs } from './port.ts';

/** Longer than any run waits for a person; seconds. */
const KEPT_S = 7 * 24 * 3600;

/** Keeps content in Redis under its hash; each use renews its expiry. */
export function redisBlobs(redis: Redis): Blobs {
  return {
    async put(content) {
      const key = sha256(content);
      if (!(await redis.expire(blobKey(key), KEPT_S))) {
        await redis.set(blobKey(key), content, 'EX', KEPT_S);
      }
      return key;
    },
    async get(key) {
      const content = await redis.getexBuffer(blobKey(key), 'EX', KEPT_S);
      // Whoever can write to Redis could have replaced it.
      return content && sha256(content) === key ? content : null;
    },
  };
}
