import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

let serial = 0;

/**
 * Creates a file with a content, unless it is there. The content appears with the file, so nobody
 * reads half of it.
 * @returns what the file holds: of several that claim it at once, that of the first
 */
export function createFileOnce(path: string, content: string): string {
  const temporary = `${path}.${process.pid}-${serial++}.tmp`;
  writeFileSync(temporary, content, { mode: 0o600, flag: 'wx' });
  try {
    linkSync(temporary, path);
    return content;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return readFileSync(path, 'utf8');
  } finally {
    rmSync(temporary, { force: true });
  }
}
