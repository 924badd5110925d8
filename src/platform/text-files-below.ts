import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Reads the files with an extension in a directory and its subdirectories, in the order of their
 * paths, each on demand. Unreadable files are skipped.
 * @param extension with its dot, such as `.md`
 */
export function* textFilesBelow(
  directory: string,
  extension: string,
): Generator<{ path: string; text: string }> {
  for (const name of namesBelow(directory)) {
    if (!name.endsWith(extension)) continue;
    const path = join(directory, name);
    const text = readText(path);
    if (text !== null) yield { path, text };
  }
}

function namesBelow(directory: string): string[] {
  try {
    return readdirSync(directory, { encoding: 'utf8', recursive: true }).sort();
  } catch {
    return [];
  }
}

/** @returns null if it cannot be read, for example because it is a directory */
function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
