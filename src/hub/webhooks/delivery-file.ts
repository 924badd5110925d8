import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../../platform/sha256.ts';

/** The name of the file with the payload of a firing. Nothing of it is chosen by the sender. */
export function payloadFile(firing: string): string {
  return `${sha256(firing)}.json`;
}

/**
 * Writes a payload so that only the user can read it, and returns when it is on the disk. The
 * directory must be synchronized as well before the file can be relied on.
 * @param directory with mode 0700
 */
export async function writePayload(
  directory: string,
  file: string,
  payload: string,
): Promise<void> {
  // Nobody reads it before it is in the history, so what a killed process left is overwritten.
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;
  const handle = await open(join(directory, file), flags, 0o600);
  try {
    await handle.writeFile(payload);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

/** Returns when what was written before is on the disk. @param path of a file or directory */
export async function synchronize(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
