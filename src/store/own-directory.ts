import { lstatSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { EXIT, SwarmError } from '../errors/swarm-error.ts';

/**
 * Creates a directory of a run that only the user can read, unless it exists.
 * @throws {SwarmError} when it is a symbolic link, which could lead anywhere
 */
export function makeDirectory(path: string): void {
  if (isLink(path)) {
    throw new SwarmError(
      `${path}: expected a directory, found a symbolic link; nothing was written. Replace the link with the directory, then try again`,
      EXIT.notCompleted,
    );
  }
  mkdirSync(path, { recursive: true, mode: 0o700 });
}

export function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

export function isMissing(error: unknown): boolean {
  return /^(?:ENOENT|ENOTDIR)$/.test(codeOf(error));
}

/** Explains that files of another user cannot be read; returns every other error as it is. */
export function unreadable(path: string, error: unknown): unknown {
  if (!/^(?:EACCES|EPERM)$/.test(codeOf(error))) return error;
  const message = `${path}: expected files that you may read, found some of user ${ownerOf(path)} (${codeOf(error)}); a run was probably created as that user. Change their owner, or remove them as that user`;
  return new SwarmError(message, EXIT.notCompleted, { cause: error });
}

function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException).code);
}

/** The user id that owns a path, or the nearest directory above it that can be examined. */
function ownerOf(path: string): number {
  try {
    return statSync(path).uid;
  } catch {
    return ownerOf(dirname(path));
  }
}
