import { closeSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type * as z from 'zod/mini';
import {
  appendLines,
  endOfLines,
  parseObject,
  readBytes,
  splitEvents,
} from '../ledger/event-file.ts';
import { APPEND_OR_CREATE, openRegularFile } from '../platform/regular-file.ts';
import { isMissing } from './own-directory.ts';

/** An append-only file of events that several processes write and read. */
export interface EventLog<Event> {
  readonly path: string;
  /**
   * Appends events in one write and creates the file if necessary. Call `read` to see in which order
   * they came.
   * @param options.durable returns only when they are on the disk
   * @throws when they cannot be written
   */
  append(events: readonly Event[], options?: { durable: boolean }): void;
  /** @returns the events since the last call; none if there is no file */
  read(): Event[];
}

/** Creates an empty log unless there is one, so that it can be watched. */
export function createEventLog(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openRegularFile(path, APPEND_OR_CREATE).file);
}

/** Opens a log at its beginning. Lines that the schema rejects, such as a torn one, are left out. */
export function openEventLog<Event>(path: string, schema: z.ZodMiniType<Event>): EventLog<Event> {
  let offset = 0;
  return {
    path,
    append(events, { durable } = { durable: false }) {
      if (events.length === 0) return;
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      const lines = events.map((event) => JSON.stringify(schema.parse(event)));
      appendLines(path, lines, { flags: APPEND_OR_CREATE, durable });
    },
    read() {
      const bytes = readFrom(path, offset);
      const events: Event[] = [];
      const start = offset;
      offset = endOfLines(bytes, start);
      for (const piece of splitEvents(bytes, start)) {
        const parsed = schema.safeParse(parseObject(piece.bytes));
        if (!parsed.success) continue;
        events.push(parsed.data);
        // A complete event without its line break must not be read a second time.
        if (!piece.isComplete) offset = piece.offset + piece.bytes.length;
      }
      return events;
    },
  };
}

function readFrom(path: string, offset: number): Buffer {
  try {
    return readBytes(path, offset).bytes;
  } catch (error) {
    if (offset === 0 && isMissing(error)) return Buffer.alloc(0);
    throw error;
  }
}
