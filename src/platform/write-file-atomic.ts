import {
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';

export interface AtomicWriteOptions {
  /**
   * Permissions of the file; by default only the user can read it. `keep` takes those of the file
   * that is replaced, or the system's default for a new one.
   */
  mode?: number | 'keep';
  /** Returns only when the content is on the disk, for files that the ledger vouches for. */
  durable?: boolean;
}

const OWNER_ONLY = 0o600;
const PERMISSIONS = 0o7777;

/**
 * Replaces a file by renaming a finished one over it, so that a reader never sees half a file.
 * @throws when the file cannot be written; nothing is left behind then
 */
export function writeFileAtomic(
  path: string,
  content: string | Uint8Array,
  options: AtomicWriteOptions = {},
): void {
  const temporary = writeTemporaryFile(path, content, options);
  try {
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

let serial = 0;

/**
 * Writes a file next to the one that it will become.
 * @returns its path; the caller renames or removes it
 */
export function writeTemporaryFile(
  path: string,
  content: string | Uint8Array,
  { mode = OWNER_ONLY, durable = false }: AtomicWriteOptions = {},
): string {
  const permissions = mode === 'keep' ? permissionsOf(path) : mode;
  const temporary = `${path}.${process.pid}-${serial++}.tmp`;
  const file = openSync(temporary, 'wx', permissions);
  try {
    // The umask may have removed permissions of others, which the default does not grant anyway.
    if (permissions !== undefined && permissions !== OWNER_ONLY) fchmodSync(file, permissions);
    writeFileSync(file, content);
    if (durable) fsyncSync(file);
    return temporary;
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}

/** @returns undefined when there is no such file */
function permissionsOf(path: string): number | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats && stats.mode & PERMISSIONS;
}
