import { join } from 'node:path';
import { hubPaths } from '../../store/hub-paths.ts';

/** Where a hub keeps what belongs to one repository. @param root absolute */
export function hubDirectory(stateDir: string, root: string): string {
  return hubPaths(stateDir, root).dir;
}

/** Where hubs keep everything, such as their token. */
export function hubsDirectory(stateDir: string): string {
  return join(stateDir, 'hub');
}
