import { join } from 'node:path';
import { sha256 } from '../../platform/sha256.ts';

/**
 * Where a hub keeps what belongs to one repository. It is in the user's state directory, since
 * agents can write in the repository.
 * @param stateDir of the user
 * @param root the repository, absolute
 */
export function hubDirectory(stateDir: string, root: string): string {
  return join(hubsDirectory(stateDir), sha256(root).slice(0, 16));
}

/** Where hubs keep everything, such as their token. */
export function hubsDirectory(stateDir: string): string {
  return join(stateDir, 'hub');
}
