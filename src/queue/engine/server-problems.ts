import type { Redis } from 'ioredis';

const LOOPBACK = ['localhost', '127.0.0.1', '::1'];

/** What a server of Redis lacks for this use, one sentence each. */
export async function serverProblems(redis: Redis): Promise<string[]> {
  const info = await redis.info();
  const infoOf = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
  const { host = '', tls, password } = redis.options;
  const isLocal = LOOPBACK.includes(host);
  const policy = infoOf('maxmemory_policy');
  return [
    ...(infoOf('aof_enabled') === '0'
      ? ['it has no append-only file, so a crash loses every waiting order: set appendonly yes']
      : []),
    ...(policy && policy !== 'noeviction'
      ? [`it removes keys when its memory is full (${policy}): set maxmemory-policy noeviction`]
      : []),
    ...(tls || isLocal ? [] : ['the connection is not encrypted: use rediss://']),
    ...(password || isLocal
      ? []
      : ['it needs no password, so anyone who reaches it can give orders']),
  ];
}
