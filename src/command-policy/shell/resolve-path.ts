import { posix } from 'node:path';
import { UNKNOWN } from './placeholders.ts';

/** No operating system accepts longer paths. */
const MAX_PATH = 4_096;

/** @returns the directory that `cd path` leads to from `cwd`, or `UNKNOWN` */
export function resolvePath(cwd: string, path: string): string {
  const full = path.startsWith('/') ? path : `${cwd}/${path}`;
  return path.startsWith(UNKNOWN) || full.length > MAX_PATH ? UNKNOWN : normalizePath(full);
}

/** Resolves `.` and `..`, and removes a trailing slash. */
export function normalizePath(path: string): string {
  const normal = posix.normalize(path);
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}
