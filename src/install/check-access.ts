import { accessSync, constants, lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { EXIT, SwarmError } from '../errors/swarm-error.ts';

/**
 * Reads a file that will be replaced or removed.
 * @returns null if it does not exist
 * @throws {SwarmError} if it is not a regular file or not writable
 */
export function readPlainFile(path: string): Buffer | null {
  const kind = lstatSync(path, { throwIfNoEntry: false });
  if (!kind) return null;
  if (kind.isSymbolicLink()) throw symbolicLink(path);
  if (!kind.isFile()) {
    throw new SwarmError(`expected a file at ${path}, found something else; nothing was changed`);
  }
  assertAccess(path, constants.R_OK | constants.W_OK, 'permission to read and write');
  return readFileSync(path);
}

/**
 * Checks a directory that files will be written to. It need not exist.
 * @throws {SwarmError} if it is not a directory or not writable
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
  assertAccess(path, constants.W_OK | constants.X_OK, 'permission to write to');
}

/** A link is refused because its target may be shared with other repositories. */
function symbolicLink(path: string): SwarmError {
  return new SwarmError(
    `expected no symbolic link at ${path}, found one to ${readlinkSync(path)}; replace the link with a copy of its target, or install by hand; nothing was changed`,
  );
}

function assertAccess(path: string, mode: number, permission: string): void {
  try {
    accessSync(path, mode);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new SwarmError(
      `expected ${permission} ${path}, found ${code}; change its permissions and run the command again; nothing was changed`,
      EXIT.badInput,
      { cause },
    );
  }
}

/**
 * Does work that changes files after everything was checked.
 * @throws {SwarmError} if the system refuses a step, for example because the disk is full
 */
export function explainSystemErrors(work: () => void): void {
  try {
    work();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === undefined) throw cause;
    throw new SwarmError(
      `not finished: ${message}. Fix the cause and run the command again to finish it`,
      EXIT.badInput,
      { cause },
    );
  }
}
