import type { Redis } from 'ioredis';
import * as z from 'zod/mini';
import { poolName } from '../../plan/plan-schema.ts';
import { MACHINES_KEY, machineKey } from './engine-names.ts';
import type { Machine } from './port.ts';

/** How often a machine says that it is there, and when it counts as gone; seconds. */
const EVERY_S = 5;
const GONE_AFTER_S = 15;

const machine = z.object({
  name: z.string(),
  pools: z.record(poolName, z.int().check(z.nonnegative())),
  busy: z.int().check(z.nonnegative()),
  version: z.string(),
  seenAt: z.string(),
});

export interface Announcement {
  /** Replaces what is said about this machine. */
  set(machine: Omit<Machine, 'seenAt'>): void;
  /** Takes it back. */
  close(): Promise<void>;
}

/** Says repeatedly that a machine is there. @param now ISO 8601 */
export function announceMachine(redis: Redis, now: () => string): Announcement {
  let said: Omit<Machine, 'seenAt'> | null = null;
  const say = async () => {
    if (!said || redis.status !== 'ready') return;
    const text = JSON.stringify({ ...said, seenAt: now() });
    await redis
      .multi()
      .sadd(MACHINES_KEY, said.name)
      .set(machineKey(said.name), text, 'EX', GONE_AFTER_S)
      .exec();
  };
  const repeat = () => void say().catch(() => {});
  const timer = setInterval(repeat, EVERY_S * 1000).unref();
  return {
    set(next) {
      said = next;
      repeat();
    },
    async close() {
      clearInterval(timer);
      if (!said || redis.status !== 'ready') return;
      await redis.multi().srem(MACHINES_KEY, said.name).del(machineKey(said.name)).exec();
    },
  };
}

/** The machines that are there now. */
export async function listMachines(redis: Redis): Promise<Machine[]> {
  const names = await redis.smembers(MACHINES_KEY);
  if (names.length === 0) return [];
  const texts = await redis.mget(names.map(machineKey));
  const gone = names.filter((_, index) => texts[index] === null);
  if (gone.length > 0) await redis.srem(MACHINES_KEY, ...gone);
  return texts.flatMap((text) => {
    const read = text === null ? null : machine.safeParse(parse(text));
    return read?.success ? [read.data] : [];
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
