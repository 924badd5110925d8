import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** More files than this are not listed. */
const MAX_FILES = 1_000;

/**
 * The files that are there for a pattern with `*` and `?`, where `**` is as good as `*`.
 * @param pattern an absolute path
 * @returns nothing when there are more than 1000
 */
export function expandGlob(pattern: string): string[] {
  let paths = ['/'];
  for (const segment of pattern.split('/').filter(Boolean)) {
    const isPattern = /[*?]/.test(segment);
    paths = paths.flatMap((path) =>
      (isPattern ? namesLike(segment, path) : [segment]).map((name) => join(path, name)),
    );
    if (paths.length > MAX_FILES) return [];
  }
  return paths.filter((path) => existsSync(path));
}

function namesLike(segment: string, directory: string): string[] {
  // Stars in a row are as good as one, and to try each would take very long.
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
