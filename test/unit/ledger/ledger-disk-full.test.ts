import * as fs from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type * as Ledger from '../../../src/ledger/ledger-file.ts';
import { checkpoint, launched, started } from '../../support/run-events.ts';
import { makeTempDir, type TempDir } from '../../support/temp-dir.ts';

const writeSync = vi.fn(fs.writeSync);
let ledger: typeof Ledger;

beforeAll(async () => {
  vi.resetModules();
  vi.doMock('node:fs', () => ({ ...fs, writeSync }));
  ledger = await import('../../../src/ledger/ledger-file.ts');
});
afterAll(() => {
  vi.doUnmock('node:fs');
  vi.resetModules();
});

let dir: TempDir;
let path: string;

beforeEach(async () => {
  dir = await makeTempDir();
  path = join(dir.path, 'ledger.jsonl');
  fs.writeFileSync(path, '');
  ledger.appendEvents(path, [launched('a')]);
});
afterEach(() => dir.remove());

/** Lets the next write take only so many bytes, as a full disk does. */
function takeOnly(bytes: number): void {
  writeSync.mockImplementationOnce((file, data) =>
    fs.writeSync(file, Buffer.from(data as unknown as Buffer).subarray(0, bytes)),
  );
}

describe('on a full disk', () => {
  it('a partly written event is an error, and later events stay readable', () => {
    takeOnly(50);
    expect(() => ledger.appendEvents(path, [started('a')])).toThrow(
      /wrote 50 of \d+ bytes .*disk full/,
    );
    ledger.appendEvents(path, [checkpoint('a', 40)]);
    const { events, defects } = ledger.readLedger(path);
    expect(events).toEqual([launched('a'), checkpoint('a', 40)]);
    expect(defects).toMatchObject([{ kind: 'torn', bytes: 50 }]);
  });

  it('the completely written ones of several events count', () => {
    takeOnly(Buffer.byteLength(JSON.stringify(started('a'))) + 1 + 20);
    expect(() => ledger.appendEvents(path, [started('a'), checkpoint('a', 40)])).toThrow();
    const { events, defects } = ledger.readLedger(path);
    expect(events).toEqual([launched('a'), started('a')]);
    expect(defects).toMatchObject([{ kind: 'torn', bytes: 20 }]);
  });

  it('a write that fails leaves the ledger as it was', () => {
    writeSync.mockImplementationOnce(() => {
      throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    });
    expect(() => ledger.appendEvents(path, [started('a')])).toThrow(/ENOSPC/);
    expect(ledger.readLedger(path)).toMatchObject({ events: [launched('a')], defects: [] });
  });
});
