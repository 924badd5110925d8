import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LedgerEvent } from '../../../src/ledger/events.ts';
import { appendEvents, parseLedger, readLedger } from '../../../src/ledger/ledger-file.ts';
import { checkpoint, ended, launched, opened, started, stored } from '../../support/run-events.ts';
import { makeTempDir, type TempDir } from '../../support/temp-dir.ts';

let dir: TempDir;
let path: string;

beforeEach(async () => {
  dir = await makeTempDir();
  path = join(dir.path, 'ledger.jsonl');
  writeFileSync(path, '');
});
afterEach(() => dir.remove());

const MESSAGE = 'über "quotes" \\ {"event":"x"} \u2028 🙂 \u0000 end';
const EVENTS: LedgerEvent[] = [
  opened(['a'], { goal: MESSAGE, context: 'Two\nlines' }),
  launched('a'),
  started('a'),
  checkpoint('a', 40, MESSAGE),
  stored('a', { abstract: MESSAGE }),
  ended('a', { message: MESSAGE }),
];
const lineOf = (event: LedgerEvent): string => `${JSON.stringify(event)}\n`;
const bytesOf = (...parts: (LedgerEvent | string)[]): Buffer =>
  Buffer.from(parts.map((part) => (typeof part === 'string' ? part : lineOf(part))).join(''));

describe('the ledger', () => {
  it('returns what was appended, in order', () => {
    for (const event of EVENTS.slice(0, 3)) appendEvents(path, [event]);
    appendEvents(path, EVENTS.slice(3));
    const { size } = readLedger(path);
    expect(readLedger(path)).toEqual({ events: EVENTS, defects: [], offset: size, size });
  });

  it('holds one line of JSON for each event, beginning with its name', () => {
    appendEvents(
      path,
      EVENTS.map((event) => Object.fromEntries(Object.entries(event).reverse()) as LedgerEvent),
    );
    const lines = readFileSync(path, 'utf8').split('\n');
    expect(lines.pop()).toBe('');
    expect(lines.map((line) => JSON.parse(line))).toEqual(EVENTS);
    expect(lines.every((line) => line.startsWith('{"event":"'))).toBe(true);
  });

  it('rejects an invalid event and everything appended with it', () => {
    const bad = { ...checkpoint('a', 5), percent: 500 } as LedgerEvent;
    expect(() => appendEvents(path, [launched('a'), bad])).toThrow();
    expect(readFileSync(path, 'utf8')).toBe('');
  });

  it('is not recreated by an append after its run was removed', async () => {
    const gone = join(dir.path, 'gone.jsonl');
    expect(() => appendEvents(gone, EVENTS)).toThrow(/ENOENT/);
    expect(existsSync(gone)).toBe(false);
  });

  it('can be empty', () => {
    expect(readLedger(path)).toEqual({ events: [], defects: [], offset: 0, size: 0 });
  });
});

describe('a damaged ledger', () => {
  const [first, second, third] = [launched('a'), checkpoint('a', 40, MESSAGE), ended('a')] as const;

  it('loses only the torn event, wherever it was cut off', () => {
    const torn = Buffer.from(JSON.stringify(second));
    const before = bytesOf(first);
    for (let cut = 1; cut < torn.length; cut++) {
      const tail = torn.subarray(0, cut);
      // The next writer appends right after it.
      const { events, defects } = parseLedger(
        path,
        Buffer.concat([before, tail, bytesOf(third, first)]),
      );
      expect([cut, events]).toEqual([cut, [first, third, first]]);
      expect(defects).toMatchObject([{ offset: before.length, bytes: cut }]);
      // Nothing has been written since.
      const last = parseLedger(path, Buffer.concat([before, tail]));
      expect([cut, last.events, last.offset]).toEqual([cut, [first], before.length]);
      expect(last.defects).toMatchObject([{ offset: before.length, bytes: cut }]);
    }
  });

  it('reports a torn event as soon as the next one follows it', () => {
    const { defects } = parseLedger(path, bytesOf(JSON.stringify(second).slice(0, 30), third));
    expect(defects).toEqual([{ offset: 0, bytes: 30, kind: 'torn' }]);
  });

  it('loses nothing when only a line break is missing', () => {
    const { events, defects } = parseLedger(path, bytesOf(first, JSON.stringify(second), third));
    expect([events, defects]).toEqual([[first, second, third], []]);
  });

  it('reads a last event without its line break, and what is appended after it', () => {
    writeFileSync(path, JSON.stringify(first));
    const part = readLedger(path);
    expect([part.events, part.defects]).toEqual([[first], []]);
    appendEvents(path, [second]);
    expect(readLedger(path, part.offset)).toMatchObject({ events: [second], defects: [] });
    expect(readLedger(path)).toMatchObject({ events: [first, second], defects: [] });
  });

  it.each<[string, string, object]>([
    ['text', 'garbage', { kind: 'unreadable' }],
    ['a number', '12', { kind: 'unreadable' }],
    ['half a character', '{"a":"\ud83d', { kind: 'unreadable' }],
    ['JSON without the name of an event', '{"a":1}', { kind: 'unreadable' }],
    ['null', 'null', { kind: 'unreadable' }],
    ['blanks', '  \t', { kind: 'unreadable' }],
    ['zeros, as a file system leaves them', '\0'.repeat(64), { kind: 'unreadable' }],
    [
      'an event of a newer version',
      '{"event":"task.dreamt","at":"x"}',
      { kind: 'unknown-event', event: 'task.dreamt' },
    ],
    [
      'an event with a field too many',
      JSON.stringify({ ...first, more: 1 }),
      { kind: 'invalid-event', event: 'attempt.launched' },
    ],
  ])('skips %s and reports it', (_, line, defect) => {
    const bytes = bytesOf(first, `${line}\n`, third);
    const offset = bytesOf(first).length;
    expect(parseLedger(path, bytes)).toEqual({
      events: [first, third],
      defects: [{ offset, bytes: Buffer.byteLength(line), ...defect }],
      offset: bytes.length,
      size: bytes.length,
    });
  });

  it('ignores empty lines', () => {
    expect(parseLedger(path, bytesOf('\n', first, '\n\n', third))).toMatchObject({
      events: [first, third],
      defects: [],
    });
  });

  it('can be one line of very many events', () => {
    const count = 20_000;
    const { events } = parseLedger(path, Buffer.from(JSON.stringify(first).repeat(count)));
    expect(events).toHaveLength(count);
  });
});

describe('reading in steps', () => {
  /** Pieces of a ledger, complete or not. */
  const pieces = fc.array(
    fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...EVENTS.map(lineOf)) },
      fc.constantFrom(...EVENTS.map((event) => JSON.stringify(event))),
      fc
        .tuple(fc.constantFrom(...EVENTS), fc.double({ min: 0, max: 1, noNaN: true }))
        .map(([event, share]) => lineOf(event).slice(0, Math.ceil(lineOf(event).length * share))),
      fc.constantFrom('\n', 'garbage', 'garbage\n', '{}\n', '{"event":"', '\0\0'),
    ),
    { maxLength: 8 },
  );

  it('gives the same result as reading at once, whatever the steps', () => {
    fc.assert(
      fc.property(pieces, fc.array(fc.nat(5_000)), (parts, cuts) => {
        const whole = bytesOf(...parts);
        const ends = [...cuts.map((cut) => Math.min(cut, whole.length)), whole.length];
        const events: LedgerEvent[] = [];
        let defects: { offset: number }[] = [];
        let offset = 0;
        for (const end of ends.sort((a, b) => a - b)) {
          const part = parseLedger(path, whole.subarray(offset, end), offset);
          expect(part.offset).toBeGreaterThanOrEqual(offset);
          expect(part.size).toBe(end);
          events.push(...part.events);
          defects = [...defects.filter((defect) => defect.offset < offset), ...part.defects];
          offset = part.offset;
        }
        const atOnce = parseLedger(path, whole);
        expect(events).toEqual(atOnce.events);
        expect(
          defects.reduce((sum, defect) => sum + ('bytes' in defect ? Number(defect.bytes) : 0), 0),
        ).toBe(atOnce.defects.reduce((sum, { bytes }) => sum + bytes, 0));
      }),
      { seed: 20261122, numRuns: 400 },
    );
  });

  it('returns what was written since the last step', () => {
    appendEvents(path, EVENTS.slice(0, 2));
    const { offset } = readLedger(path);
    expect(readLedger(path, offset)).toMatchObject({ events: [], offset });
    appendFileSync(path, lineOf(EVENTS[2] as LedgerEvent).slice(0, 20));
    expect(readLedger(path, offset)).toMatchObject({ events: [], offset, defects: [{ offset }] });
    appendFileSync(path, lineOf(EVENTS[2] as LedgerEvent).slice(20));
    expect(readLedger(path, offset)).toMatchObject({ events: [EVENTS[2]], defects: [] });
  });

  it('rejects a ledger that became shorter', () => {
    appendEvents(path, EVENTS);
    const { offset } = readLedger(path);
    writeFileSync(path, '');
    expect(() => readLedger(path, offset)).toThrow('truncated or replaced');
  });
});
