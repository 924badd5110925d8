import { closeSync, fsyncSync, readSync, writeSync } from 'node:fs';
import { EXIT, SwarmError } from '../errors/swarm-error.ts';
import { APPEND, checkSize, openRegularFile } from '../platform/regular-file.ts';

/**
 * An append-only file of events, one JSON object a line. The first key of every event is `event`, by
 * which a reader finds the next complete event after a torn one.
 */

export interface AppendOptions {
  /** As of `openSync`; by default the file must exist. */
  flags?: number;
  /** Returns only when the lines are on the disk. */
  durable?: boolean;
}

/**
 * Appends lines in a single write, so that lines of concurrent writers never mix.
 * @param events their JSON, without line breaks
 * @throws when the disk takes only a part of it; that part is then a torn line
 * @throws {SwarmError} when it is no regular file
 */
export function appendLines(
  path: string,
  events: readonly string[],
  { flags = APPEND, durable = false }: AppendOptions = {},
): void {
  const bytes = Buffer.from(events.map((event) => `${event}\n`).join(''));
  const { file } = openRegularFile(path, flags);
  try {
    const written = writeSync(file, bytes);
    if (written < bytes.length) {
      const message = `wrote ${written} of ${bytes.length} bytes to ${path}; is the disk full?`;
      throw Object.assign(new Error(message), { code: 'ENOSPC' });
    }
    if (durable) fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/**
 * Reads a file of events from an offset to its end.
 * @param from byte offset at which to begin
 * @returns the bytes, and the size of the file at the time of reading
 * @throws when the file cannot be read
 * @throws {SwarmError} when the file is shorter than `from`, too long for events or no regular file
 */
export function readBytes(path: string, from: number): { bytes: Buffer; size: number } {
  const { file, stats } = openRegularFile(path);
  try {
    const { size } = stats;
    checkSize(path, size);
    // Reading at `from` would miss whatever is appended to the shorter file.
    if (size < from) {
      throw new SwarmError(
        `${path}: expected at least the ${from} bytes read before, found ${size}; the file was truncated or replaced`,
        EXIT.notCompleted,
      );
    }
    const bytes = Buffer.allocUnsafe(size - from);
    let length = 0;
    while (length < bytes.length) {
      const read = readSync(file, bytes, length, bytes.length - length, from + length);
      if (read === 0) break;
      length += read;
    }
    return { bytes: bytes.subarray(0, length), size };
  } finally {
    closeSync(file);
  }
}

const LINE_BREAK = 0x0a;

/**
 * The beginning of every event. It cannot occur inside one, since quotes in strings are escaped and
 * no nested object has this key. So it shows where an event begins after a torn one.
 */
const EVENT_START = '{"event":"';

/** A part of a file between two places at which an event can begin. */
export interface Piece {
  bytes: Buffer;
  /** In the file. */
  offset: number;
  /** Whether a line break ended its line. */
  isComplete: boolean;
}

/**
 * Splits bytes into lines, and lines in front of each event, because the next writer appends right
 * after a torn event.
 * @param start byte offset in the file
 */
export function* splitEvents(bytes: Buffer, start: number): Iterable<Piece> {
  let at = 0;
  while (at < bytes.length) {
    const lineBreak = bytes.indexOf(LINE_BREAK, at);
    const isComplete = lineBreak !== -1;
    const end = isComplete ? lineBreak : bytes.length;
    while (at < end) {
      const line = bytes.subarray(at, end);
      const next = line.indexOf(EVENT_START, 1);
      const stop = next === -1 ? end : at + next;
      yield { bytes: bytes.subarray(at, stop), offset: start + at, isComplete };
      at = stop;
    }
    at = end + 1;
  }
}

/** The offset after the last complete line. @param start byte offset of the bytes in the file */
export function endOfLines(bytes: Buffer, start: number): number {
  return start + bytes.lastIndexOf(LINE_BREAK) + 1;
}

/** Whether a piece begins like an event, so that the rest of it is missing. */
export function isTorn(piece: Buffer): boolean {
  return piece.indexOf(EVENT_START) === 0;
}

/** @returns undefined if the text is not JSON of an object; a failed parse costs the time of many */
export function parseObject(piece: Buffer): unknown {
  const text = piece.toString().trim();
  if (!text.startsWith('{') || !text.endsWith('}')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
