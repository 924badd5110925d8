import { linkSync, rmSync } from 'node:fs';
import { readRegularFile } from './regular-file.ts';
import { writeTemporaryFile } from './write-file-atomic.ts';

/**
 * Creates a file that only the user can read, unless it exists. The file appears with its content,
 * so that nobody reads half of it.
 * @returns the content of the file: if several processes create it at once, that of the first one
 */
export function createFileOnce(path: string, content: string): string {
  const temporary = writeTemporaryFile(path, content);
  try {
    linkSync(temporary, path);
    return content;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return readRegularFile(path);
  } finally {
    rmSync(temporary, { force: true });
  }
}
