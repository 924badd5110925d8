import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  type Stats,
} from 'node:fs';
import { EXIT, SwarmError } from '../errors/swarm-error.ts';
import { formatBytes } from '../text/format.ts';

/** For reading. Nothing waits for the other end of a FIFO. */
const READ = constants.O_RDONLY | constants.O_NONBLOCK;

/** For appending to an existing file, but not through a symbolic link. */
export const APPEND =
  constants.O_WRONLY | constants.O_APPEND | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** For appending to a file that may be missing. */
export const APPEND_OR_CREATE = APPEND | constants.O_CREAT;

/** For creating an empty file, or emptying it, but not through a symbolic link. */
export const CREATE =
  constants.O_WRONLY |
  constants.O_CREAT |
  constants.O_TRUNC |
  constants.O_NOFOLLOW |
  constants.O_NONBLOCK;

/** More than any file of a run has; a longer one is damaged. Bytes. */
const LARGEST = 256_000_000;

/**
 * Opens a regular file. A FIFO or a device in its place does not block the process.
 * @param flags as of `openSync`; for reading by default
 * @returns the descriptor, which the caller closes, and what is known of the file
 * @throws {SwarmError} when something else than a regular file has this path
 * @throws when the file is missing or cannot be opened
 */
export function openRegularFile(path: string, flags = READ): { file: number; stats: Stats } {
  const file = openWithoutWaiting(path, flags);
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw notRegular(path, kindOf(stats));
    return { file, stats };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/**
 * Reads a file as text in UTF-8.
 * @throws {SwarmError} when it is no regular file, or has more than {@link LARGEST} bytes
 * @throws when the file is missing or cannot be read
 */
export function readRegularFile(path: string): string {
  const { file, stats } = openRegularFile(path);
  try {
    checkSize(path, stats.size);
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

/**
 * Reads the last lines of a file as text in UTF-8.
 * @param bytes how many of them at most; the line that this cuts is left out
 * @throws {SwarmError} when it is no regular file
 * @throws when the file is missing or cannot be read
 */
export function readLastLines(path: string, bytes: number): string[] {
  const { file, stats } = openRegularFile(path);
  try {
    const start = Math.max(0, stats.size - bytes);
    const buffer = Buffer.alloc(stats.size - start);
    const length = readSync(file, buffer, 0, buffer.length, start);
    const lines = buffer.toString('utf8', 0, length).split('\n');
    return start > 0 ? lines.slice(1) : lines;
  } finally {
    closeSync(file);
  }
}

/** Whatever else there is is read the next time; bytes. */
const MOST_AT_ONCE = 16_000_000;

/**
 * Reads the lines of a growing file that are complete, as text in UTF-8.
 * @param start where the first one begins, in bytes
 * @returns the lines, and where the next one begins
 * @throws {SwarmError} when it is no regular file
 * @throws when the file is missing or cannot be read
 */
export function readLinesFrom(path: string, start: number): { lines: string[]; end: number } {
  const { file, stats } = openRegularFile(path);
  try {
    const buffer = Buffer.alloc(Math.max(0, Math.min(stats.size - start, MOST_AT_ONCE)));
    const length = readSync(file, buffer, 0, buffer.length, start);
    const size = buffer.lastIndexOf(NEWLINE, length - 1) + 1;
    const lines = buffer.toString('utf8', 0, size).split('\n').slice(0, -1);
    return { lines, end: start + size };
  } finally {
    closeSync(file);
  }
}

const NEWLINE = 10;

/** @throws {SwarmError} when a file with so many bytes cannot be one of ours */
export function checkSize(path: string, bytes: number): void {
  if (bytes <= LARGEST) return;
  throw new SwarmError(
    `${path}: expected at most ${formatBytes(LARGEST)}, found ${formatBytes(bytes)}; the file is damaged. Restore it, or remove it`,
    EXIT.notCompleted,
  );
}

/** A FIFO or socket that nobody reads, and a link that must not be followed, cannot be opened. */
const KIND_OF_ERROR: Readonly<Record<string, string>> = {
  ELOOP: 'a symbolic link',
  ENXIO: 'a FIFO, a socket or a device',
};

function openWithoutWaiting(path: string, flags: number): number {
  try {
    return openSync(path, flags, 0o600);
  } catch (error) {
    const kind = KIND_OF_ERROR[(error as NodeJS.ErrnoException).code ?? ''];
    throw kind === undefined ? error : notRegular(path, kind);
  }
}

function kindOf(stats: Stats): string {
  if (stats.isFIFO()) return 'a FIFO';
  return stats.isDirectory() ? 'a directory' : 'a device';
}

function notRegular(path: string, found: string): SwarmError {
  return new SwarmError(`${path}: expected a regular file, found ${found}`, EXIT.notCompleted);
}
