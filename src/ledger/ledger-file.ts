import { closeSync, readSync, writeSync } from 'node:fs';
import { EXIT, SwarmError } from '../errors/swarm-error.ts';
import { APPEND, checkSize, openRegularFile } from '../platform/regular-file.ts';
import { type LedgerEvent, ledgerEvent } from './events.ts';
import { NewerLedgerError, newerFormat } from './format.ts';

/** A part of a ledger that has no effect on the run. It stays in the file. */
export type LedgerDefect = {
  /** Byte offset of the part in the file. */
  offset: number;
  bytes: number;
} & (
  | {
      /**
       * `torn`: the beginning of an event whose writer was interrupted.
       * `unreadable`: anything else that is no event.
       */
      kind: 'torn' | 'unreadable';
    }
  | {
      /**
       * `unknown-event`: an event whose name this version does not know.
       * `invalid-event`: one with a known name, but with other fields than this version knows.
       */
      kind: 'unknown-event' | 'invalid-event';
      /** The name in the file; it may be any text. */
      event: string;
    }
);

export interface LedgerPart {
  events: LedgerEvent[];
  defects: LedgerDefect[];
  /** Offset after the last complete event or line, at which to continue reading. */
  offset: number;
  /** Size of the file at the time of reading, in bytes. */
  size: number;
}

/**
 * Appends events, one line each, in a single write, so that lines of concurrent writers never mix.
 * The ledger must exist: an append must not recreate a run that was removed.
 * @throws when the disk takes only a part of it; that part is then a torn line
 * @throws {SwarmError} when it is no regular file
 */
export function appendEvents(path: string, events: readonly LedgerEvent[]): void {
  const lines = events.map((event) => `${JSON.stringify(ledgerEvent.parse(event))}\n`);
  const bytes = Buffer.from(lines.join(''));
  const { file } = openRegularFile(path, APPEND);
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
 * Reads the complete lines of a ledger, and a last line without a line break if it is an event.
 * @param from byte offset at which to begin: 0, or the `offset` of an earlier part
 * @throws when the file cannot be read
 * @throws {SwarmError} when the file is shorter than `from`, too long for a ledger or no regular file
 * @throws {NewerLedgerError} when the ledger has a newer format than this version reads
 */
export function readLedger(path: string, from = 0): LedgerPart {
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
    return parseLedger(path, bytes.subarray(0, length), from);
  } finally {
    closeSync(file);
  }
}

const LINE_BREAK = 0x0a;

/**
 * Parses a part of a ledger.
 * @param path of the file, for messages
 * @param start byte offset of the part in the file
 * @throws {NewerLedgerError} as {@link readLedger}
 */
export function parseLedger(path: string, bytes: Buffer, start = 0): LedgerPart {
  const part: LedgerPart = { events: [], defects: [], offset: start, size: start + bytes.length };
  let at = 0;
  while (at < bytes.length) {
    const lineBreak = bytes.indexOf(LINE_BREAK, at);
    const isComplete = lineBreak !== -1;
    const end = isComplete ? lineBreak : bytes.length;
    for (const { piece, offset } of splitLine(bytes.subarray(at, end), start + at)) {
      const event = parseEvent(path, piece);
      if (isDefect(event)) {
        part.defects.push({ offset, bytes: piece.length, ...event });
        continue;
      }
      part.events.push(event);
      // A complete event without its line break must not be read a second time.
      if (!isComplete) part.offset = offset + piece.length;
    }
    at = end + 1;
    if (isComplete) part.offset = start + at;
  }
  return part;
}

/**
 * The beginning of every event. It cannot occur inside one, since quotes in strings are escaped and
 * no nested object has this key. So it shows where an event begins after a torn one.
 */
const EVENT_START = '{"event":"';

/** Splits a line in front of each event: the next writer appends right after a torn event. */
function* splitLine(line: Buffer, offset: number): Iterable<{ piece: Buffer; offset: number }> {
  let at = 0;
  while (at < line.length) {
    const next = line.indexOf(EVENT_START, at + 1);
    const end = next === -1 ? line.length : next;
    yield { piece: line.subarray(at, end), offset: offset + at };
    at = end;
  }
}

type Unparsed =
  | { kind: 'torn' | 'unreadable' }
  | { kind: 'unknown-event' | 'invalid-event'; event: string };

function isDefect(parsed: LedgerEvent | Unparsed): parsed is Unparsed {
  return 'kind' in parsed;
}

const EVENT_NAMES: ReadonlySet<unknown> = new Set(
  ledgerEvent.def.options.map((option) => option.shape.event.def.values[0]),
);

/** @returns undefined if the text is not JSON of an object; a failed parse costs the time of many */
function parseObject(piece: Buffer): unknown {
  const text = piece.toString().trim();
  if (!text.startsWith('{') || !text.endsWith('}')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parseEvent(path: string, piece: Buffer): LedgerEvent | Unparsed {
  const value = parseObject(piece);
  if (value === undefined) {
    return { kind: piece.indexOf(EVENT_START) === 0 ? 'torn' : 'unreadable' };
  }
  const format = newerFormat(value);
  if (format !== null) throw new NewerLedgerError(path, format);
  const parsed = ledgerEvent.safeParse(value);
  if (parsed.success) return parsed.data;
  const name = (value as { event?: unknown } | null)?.event;
  if (typeof name !== 'string') return { kind: 'unreadable' };
  return { kind: EVENT_NAMES.has(name) ? 'invalid-event' : 'unknown-event', event: name };
}
