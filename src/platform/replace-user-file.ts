import { chmodSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';

const PERMISSIONS = 0o7777;

/**
 * Replaces a file that belongs to the user by renaming a finished one over it, so a reader never
 * sees half a file.
 * @param mode permissions; left out means those of the file that is there, or the usual ones
 */
export function replaceFile(path: string, content: string | Uint8Array, mode?: number): void {
  const temporary = `${path}.${process.pid}.tmp`;
  const there = statSync(path, { throwIfNoEntry: false })?.mode;
  const kept = mode ?? (there === undefined ? undefined : there & PERMISSIONS);
  try {
    writeFileSync(temporary, content, { flag: 'wx', mode: kept });
    // The umask took from the mode that the file was made with.
    if (kept !== undefined) chmodSync(temporary, kept);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
