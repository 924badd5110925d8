import { accessSync, constants, lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { EXIT, SwarmError } from '../errors/swarm-error.ts';

/**
 * Reads a file that will be replaced or removed.
 * @returns null when it does not exist
 * @throws {SwarmError} when it is no plain file, or may not be written
 */
export function readPlainFile(path: string): Buffer | null {
  const kind = lstatSync(path, { throwIfNoEntry: false });
  if (!kind) return null;
  if (kind.isSymbolicLink()) throw symbolicLink(path);
  if (!kind.isFile()) {
    throw new SwarmError(`expected a file at ${path}, found something else; nothing was changed`);
  }
  requireAccess(path, constants.R_OK | constants.W_OK, 'read and write the file');
  return readFileSync(path);
}

/**
 * Checks a directory that will be written in.
 * @throws {SwarmError} when something else has its name, or it may not be written
 */
export function assertWritableDirectory(path: string): void {
  const kind = lstatSync(path, { throwIfNoEntry: false });
  if (!kind) return;
  if (kind.isSymbolicLink()) throw symbolicLink(path);
  if (!kind.isDirectory()) {
    throw new SwarmError(
      `expected a directory at ${path}, found a file; move it away and run the command again; nothing was changed`,
    );
  }
  requireAccess(path, constants.W_OK | constants.X_OK, 'write in the directory');
}

/** What lies behind a link belongs to something else, and other repositories may share it. */
function symbolicLink(path: string): SwarmError {
  return new SwarmError(
    `expected no symbolic link at ${path}, found one to ${readlinkSync(path)}; put what it points to in its place, or install by hand; nothing was changed`,
  );
}

function requireAccess(path: string, mode: number, what: string): void {
  try {
    accessSync(path, mode);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new SwarmError(
      `expected to be allowed to ${what} ${path}, found ${code}; change its permissions and run the command again; nothing was changed`,
      EXIT.badInput,
      { cause },
    );
  }
}
