import { chmodSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Longer paths of a socket are cut off by some systems; bytes. */
const LONGEST_PATH = 100;

/**
 * The socket at which the plugin's server of one client answers hooks.
 * @param dataDir the plugin's data directory, which the client names to both
 * @param clientPid the client, of which both are children
 * @returns null where there can be none
 */
export function hookSocket(dataDir: string | undefined, clientPid: number): string | null {
  if (dataDir === undefined) return null;
  const path = join(socketDir(dataDir), `${clientPid}.sock`);
  return Buffer.byteLength(path) > LONGEST_PATH ? null : path;
}

function socketDir(dataDir: string): string {
  return join(dataDir, 'hooks');
}

/**
 * Makes the directory of the sockets, for the user alone, and removes what servers that were
 * killed left there.
 */
export function prepareSocketDir(dataDir: string, isRunning: (pid: number) => boolean): void {
  const dir = socketDir(dataDir);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  chmodSync(dir, 0o700);
  for (const name of readdirSync(dir)) {
    const [, pid] = /^(\d+)\.sock$/.exec(name) ?? [];
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(dir, name), { force: true });
  }
}
