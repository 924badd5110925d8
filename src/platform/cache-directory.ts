import { isAbsolute, join } from 'node:path';
import { homeDirectory } from './home-directory.ts';

/** Where the user's programs keep what they can make again: `$XDG_CACHE_HOME/swarm-parallel`. */
export function cacheDirectory(env: Readonly<Record<string, string | undefined>>): string {
  const { XDG_CACHE_HOME: base = '' } = env;
  const parent = isAbsolute(base) ? base : join(homeDirectory(), '.cache');
  return join(parent, 'swarm-parallel');
}
