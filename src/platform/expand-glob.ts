import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** A pattern that matches more files than this is treated as matching none. */
const MAX_FILES = 1_000;

/**
 * Lists the existing files that match a pattern with `*` and `?`. `**` means the same as `*`.
 * @param pattern an absolute path
 * @returns absolute paths; none if more than 1000 files match
 */
export function expandGlob(pattern: string): string[] {
  let paths = ['/'];
  for (const segment of pattern.split('/').filter(Boolean)) {
    const isPattern = /[*?]/.test(segment);
    paths = paths.flatMap((path) =>
      (isPattern ? matchingNames(segment, path) : [segment]).map((name) => join(path, name)),
    );
    if (paths.length > MAX_FILES) return [];
  }
  return paths.filter((path) => existsSync(path));
}

function matchingNames(segment: string, directory: string): string[] {
  // Consecutive stars match the same as one, and as separate groups they would backtrack for long.
  const literal = segment.replace(/\*+/g, '*').replace(/[.+^${}()|[\]\\]/g, '\\$&');
  const pattern = new RegExp(`^${literal.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
  try {
    return readdirSync(directory).filter(
      (name) => pattern.test(name) && name.startsWith('.') === segment.startsWith('.'),
    );
  } catch {
    return [];
  }
}
