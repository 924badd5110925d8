import {
  appendLines,
  endOfLines,
  isTorn,
  parseObject,
  readBytes,
  splitEvents,
} from './event-file.ts';
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
 * Appends events, one line each, in a single write.
 * The ledger must exist: an append must not recreate a run that was removed.
 * @throws as {@link appendLines}
 */
export function appendEvents(path: string, events: readonly LedgerEvent[]): void {
  appendLines(
    path,
    events.map((event) => JSON.stringify(ledgerEvent.parse(event))),
  );
}

/**
 * Reads the complete lines of a ledger, and a last line without a line break if it is an event.
 * @param from byte offset at which to begin: 0, or the `offset` of an earlier part
 * @throws as {@link readBytes}
 * @throws {NewerLedgerError} when the ledger has a newer format than this version reads
 */
export function readLedger(path: string, from = 0): LedgerPart {
  return parseLedger(path, readBytes(path, from).bytes, from);
}

/**
 * Parses a part of a ledger.
 * @param path of the file, for messages
 * @param start byte offset of the part in the file
 * @throws {NewerLedgerError} as {@link readLedger}
 */
export function parseLedger(path: string, bytes: Buffer, start = 0): LedgerPart {
  const offset = endOfLines(bytes, start);
  const part: LedgerPart = { events: [], defects: [], offset, size: start + bytes.length };
  for (const piece of splitEvents(bytes, start)) {
    const event = parseEvent(path, piece.bytes);
    if (isDefect(event)) {
      part.defects.push({ offset: piece.offset, bytes: piece.bytes.length, ...event });
      continue;
    }
    part.events.push(event);
    // A complete event without its line break must not be read a second time.
    if (!piece.isComplete) part.offset = piece.offset + piece.bytes.length;
  }
  return part;
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

function parseEvent(path: string, piece: Buffer): LedgerEvent | Unparsed {
  const value = parseObject(piece);
  if (value === undefined) {
    return { kind: isTorn(piece) ? 'torn' : 'unreadable' };
  }
  const format = newerFormat(value);
  if (format !== null) throw new NewerLedgerError(path, format);
  const parsed = ledgerEvent.safeParse(value);
  if (parsed.success) return parsed.data;
  const name = (value as { event?: unknown } | null)?.event;
  if (typeof name !== 'string') return { kind: 'unreadable' };
  return { kind: EVENT_NAMES.has(name) ? 'invalid-event' : 'unknown-event', event: name };
}
