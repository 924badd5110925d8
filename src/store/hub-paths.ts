import { join } from 'node:path';
import { sha256 } from '../platform/sha256.ts';

/** What the hub keeps about one repository. Directories have mode 0700, files 0600. */
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
}

/**
 * Where a hub keeps what belongs to one repository. It is in the user's state directory, since
 * agents can write in the repository, and payloads may be private.
 * @param stateDir of the user
 * @param root the repository, absolute
 */
export function hubPaths(stateDir: string, root: string): HubPaths {
  const dir = join(stateDir, 'hub', sha256(root).slice(0, 16));
  return {
    dir,
    history: join(dir, 'history.jsonl'),
    deliveries: join(dir, 'deliveries'),
    outbox: join(dir, 'outbox.jsonl'),
    sender: join(dir, 'sender.lock'),
  };
}
