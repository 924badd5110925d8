import { basename, join } from 'node:path';
import { realPath } from '../platform/repository-paths.ts';
import { sha256 } from '../platform/sha256.ts';

/**
 * What the hub keeps about one repository, in the user's state directory: agents can write in the
 * repository, and payloads may be private. Directories have mode 0700, files 0600.
 */
export interface HubPaths {
  dir: string;
  /** Firings and what became of them. */
  history: string;
  /** The payload of each delivery, one file each. */
  deliveries: string;
  /** Messages to others, and what became of them. */
  outbox: string;
  /** Names the process that sends the messages while no hub does. */
  sender: string;
  /** Names the hub that serves the repository. */
  lock: string;
}

/** @param stateDir of the user, absolute @param root of the repository, absolute */
export function hubPaths(stateDir: string, root: string): HubPaths {
  const path = realPath(root);
  const name = basename(path).replace(/[^\w.-]/g, '_');
  const dir = join(stateDir, 'hub', `${name}-${sha256(path).slice(0, 16)}`);
  return {
    dir,
    history: join(dir, 'history.jsonl'),
    deliveries: join(dir, 'deliveries'),
    outbox: join(dir, 'outbox.jsonl'),
    sender: join(dir, 'sender.lock'),
    lock: join(dir, 'hub.lock'),
  };
}
