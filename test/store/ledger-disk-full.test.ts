import * as fs from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { appendEvents, readLedger } from '../../src/store/ledger.ts';
import { checkpoint, launched, started } from '../support/run-events.ts';
import { makeTempDir, type TempDir } from '../support/temp-dir.ts';

vi.mock('node:fs', async (importOriginal) => {
  const original = await importOriginal<typeof fs>();
  return { ...original, writeSync: vi.fn(original.writeSync) };
});

const { writeSync } = await vi.importActual<typeof fs>('node:fs');

let dir: TempDir;
let path: string;

beforeEach(async () => {
  dir = await makeTempDir();
  path = join(dir.path, 'ledger.jsonl');
  fs.writeFileSync(path, '');
  appendEvents(path, [launched('a')]);
});
afterEach(() => dir.remove());

/** Lets the next write take only so many bytes, as a full disk does. */
function takeOnly(bytes: number): void {
  vi.mocked(fs.writeSync).mockImplementationOnce((file, data) =>
    writeSync(file, Buffer.from(data as unknown as Buffer).subarray(0, bytes)),
  );
}

describe('on a full disk', () => {
  it('an event that was written in part is an error, and what comes later is whole', () => {
    takeOnly(50);
    expect(() => appendEvents(path, [started('a')])).toThrow(/wrote 50 of \d+ bytes .*disk full/);
    appendEvents(path, [checkpoint('a', 40)]);
    const { events, defects } = readLedger(path);
    expect(events).toEqual([launched('a'), checkpoint('a', 40)]);
    expect(defects).toMatchObject([{ kind: 'torn', bytes: 50 }]);
  });

  it('of several events those that were written whole count', () => {
    takeOnly(Buffer.byteLength(JSON.stringify(started('a'))) + 1 + 20);
    expect(() => appendEvents(path, [started('a'), checkpoint('a', 40)])).toThrow();
    const { events, defects } = readLedger(path);
    expect(events).toEqual([launched('a'), started('a')]);
    expect(defects).toMatchObject([{ kind: 'torn', bytes: 20 }]);
  });

  it('a write that fails leaves the ledger as it was', () => {
    vi.mocked(fs.writeSync).mockImplementationOnce(() => {
      throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    });
    expect(() => appendEvents(path, [started('a')])).toThrow(/ENOSPC/);
    expect(readLedger(path)).toMatchObject({ events: [launched('a')], defects: [] });
  });
});
