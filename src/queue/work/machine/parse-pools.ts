import { SwarmError } from '../../../errors/swarm-error.ts';
import { poolName } from '../../../plan/plan-schema.ts';

/** More than one machine can run. */
const MOST_SLOTS = 100;

/**
 * The pools of a worker, such as `gpu=1,default=3`.
 * @returns how many attempts at once, by pool
 * @throws {SwarmError} if the text is something else
 */
export function parsePools(text: string): Record<string, number> {
  const pools: Record<string, number> = {};
  for (const part of text.split(',')) {
    const [, name = '', count = ''] = /^\s*([^=]+?)\s*=\s*(\d+)\s*$/.exec(part) ?? [];
    const slots = Number(count);
    const isValid = poolName.safeParse(name).success && slots >= 1 && slots <= MOST_SLOTS;
    if (!isValid || Object.hasOwn(pools, name)) {
      throw new SwarmError(
        `--pool: expected kebab-case names with 1 to ${MOST_SLOTS} slots, each once, such as gpu=1,default=3; found "${part.trim()}"`,
      );
    }
    pools[name] = slots;
  }
  return pools;
}
