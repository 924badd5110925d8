import { closeSync, readFileSync } from 'node:fs';
import { SwarmError } from '../errors/swarm-error.ts';
import { openRegularFile } from './regular-file.ts';

const OTHERS = 0o077;

/**
 * Reads a file that only the user may read, such as one with a secret.
 * @throws {SwarmError} when it is no regular file, or others may read or write it
 * @throws when it is missing or cannot be read
 */
export function readPrivateFile(path: string): string {
  const { file, stats } = openRegularFile(path);
  try {
    if ((stats.mode & OTHERS) !== 0) {
      const mode = (stats.mode & 0o777).toString(8);
      throw new SwarmError(
        `${path}: expected mode 600, found ${mode}, which lets others read or change the secret. Set it: chmod 600 ${path}`,
      );
    }
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}
