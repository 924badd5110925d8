import { isAbsolute, join } from 'node:path';
import { homeDirectory } from './home-directory.ts';

/** Where the user's programs keep what is not part of a repository: `$XDG_STATE_HOME/swarm-parallel`. */
export function stateDirectory(env: Readonly<Record<string, string | undefined>>): string {
  const { XDG_STATE_HOME: base = '' } = env;
  const parent = isAbsolute(base) ? base : join(homeDirectory(), '.local', 'state');
  return join(parent, 'swarm-parallel');
}
