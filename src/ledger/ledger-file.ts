import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { EXIT, SwarmError } from '../errors/swarm-error.ts';
import { type LedgerEvent, ledgerEvent } from './events.ts';

/** A part of a ledger that holds no event. */
export interface LedgerDefect {
  /** Byte offset of the part in the file. */
  offset: number;
  bytes: number;
  /** `torn` is the beginning of an event whose writer was cut off. */
  kind: 'torn' | 'unreadable' | 'unknown-event';
}

export interface LedgerPart {
  events: LedgerEvent[];
  defects: LedgerDefect[];
  /** Offset behind the last whole event or line; where to read on. */
  offset: number;
  /** Size of the file when it was read. */
  size: number;
}

/**
 * Appends events, each a line of its own, all in one write: whole lines of concurrent writers
 * never mix. The ledger must exist, so that nothing comes back after its run was removed.
 * @throws when the disk takes less than all of it; what was written is then a torn line
 */
export function appendEvents(path: string, events: readonly LedgerEvent[]): void {
  const lines = events.map((event) => `${JSON.stringify(ledgerEvent.parse(event))}\n`);
  const bytes = Buffer.from(lines.join(''));
  const file = openSync(path, constants.O_WRONLY | constants.O_APPEND);
  try {
    const written = writeSync(file, bytes);
    if (written < bytes.length) {
      const message = `wrote ${written} of ${bytes.length} bytes to ${path}; is the disk full?`;
      throw Object.assign(new Error(message), { code: 'ENOSPC' });
    }
  } finally {
    closeSync(file);
  }
}

/**
 * Reads the whole lines of a ledger from an offset on, and at the end of the file also a last line
 * without its line break, if it is an event.
 * @throws when the file cannot be read
 * @throws {SwarmError} when it is shorter than what was read of it
 */
export function readLedger(path: string, from = 0): LedgerPart {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    // To read on would miss whatever is appended to it now.
    if (size < from) {
      throw new SwarmError(
        `${path}: expected at least the ${from} bytes that were read, found ${size}; something has cut it off or replaced it`,
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
    return parseLedger(bytes.subarray(0, length), from);
  } finally {
    closeSync(file);
  }
}

const LINE_BREAK = 0x0a;

/** @param start offset in the file of the first byte */
export function parseLedger(bytes: Buffer, start = 0): LedgerPart {
  const part: LedgerPart = { events: [], defects: [], offset: start, size: start + bytes.length };
  let at = 0;
  while (at < bytes.length) {
    const lineBreak = bytes.indexOf(LINE_BREAK, at);
    const end = lineBreak === -1 ? bytes.length : lineBreak;
    parseLine(bytes.subarray(at, end), start + at, part, lineBreak === -1);
    at = end + 1;
    if (lineBreak !== -1) part.offset = start + at;
  }
  return part;
}

/**
 * How every event begins. The text cannot stand inside one: quotes in its strings are escaped, and
 * no nested object has that key. So it marks where an event begins behind a torn one.
 */
const EVENT_START = '{"event":"';

function parseLine(line: Buffer, offset: number, part: LedgerPart, isLast: boolean): void {
  let at = 0;
  while (at < line.length) {
    const restart = line.indexOf(EVENT_START, at + 1);
    const end = restart === -1 ? line.length : restart;
    parsePiece(line.subarray(at, end), offset + at, part, isLast);
    at = end;
  }
}

function parsePiece(piece: Buffer, offset: number, part: LedgerPart, isLast: boolean): void {
  const event = parseEvent(piece.toString());
  if (typeof event === 'object') {
    part.events.push(event);
    // A whole event without its line break is complete; reading on must not take it twice.
    if (isLast) part.offset = offset + piece.length;
  } else {
    const isTorn = event === 'unreadable' && piece.indexOf(EVENT_START) === 0;
    part.defects.push({ offset, bytes: piece.length, kind: isTorn ? 'torn' : event });
  }
}

function parseEvent(text: string): LedgerEvent | 'unreadable' | 'unknown-event' {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'unreadable';
  }
  const parsed = ledgerEvent.safeParse(value);
  return parsed.success ? parsed.data : 'unknown-event';
}
