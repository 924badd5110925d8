import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';

let serial = 0;

/**
 * Replaces a file by renaming a finished one over it, so a reader never sees half a file. Only the
 * user can read it.
 * @param durable wait until the content is on the disk, for what the ledger will vouch for
 */
export function writeFileAtomic(path: string, content: string, durable = false): void {
  const temporary = `${path}.${process.pid}-${serial++}.tmp`;
  try {
    const file = openSync(temporary, 'wx', 0o600);
    try {
      writeFileSync(file, content);
      if (durable) fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
