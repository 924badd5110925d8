import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appendEvents, parseLedger, readLedger } from '../../../src/ledger/ledger-file.ts';
import { readRegularFile } from '../../../src/platform/regular-file.ts';
import { isMissing, unreadable } from '../../../src/store/own-directory.ts';
import { writeReport } from '../../../src/store/reports.ts';
import { listRuns } from '../../../src/store/run-index.ts';
import { runPaths } from '../../../src/store/run-paths.ts';
import { launched } from '../../support/run-events.ts';
import { makeTempDir, type TempDir } from '../../support/temp-dir.ts';

let dir: TempDir;

beforeEach(async () => {
  dir = await makeTempDir();
});
afterEach(() => dir.remove());

describe('a ledger', () => {
  it('that is a directory is refused', () => {
    const path = join(dir.path, 'ledger.jsonl');
    mkdirSync(path);
    expect(() => readLedger(path)).toThrow(/expected a regular file, found a directory/);
  });

  it('that is a socket is refused, without waiting', async () => {
    // A short path: that of a socket may have 100 characters.
    const short = mkdtempSync('/tmp/s-');
    const path = join(short, 'l');
    const server = createServer().listen(path);
    await new Promise((resolve) => server.once('listening', resolve));
    try {
      expect(() => readLedger(path)).toThrow(/expected a regular file, found a FIFO, a socket/);
      expect(() => appendEvents(path, [launched('a')])).toThrow(/expected a regular file/);
    } finally {
      server.close();
      rmSync(short, { recursive: true, force: true });
    }
  });

  it('that is a link is not written through', () => {
    const path = join(dir.path, 'ledger.jsonl');
    writeFileSync(join(dir.path, 'other'), '');
    symlinkSync(join(dir.path, 'other'), path);
    expect(() => appendEvents(path, [launched('a')])).toThrow(/found a symbolic link/);
    expect(readRegularFile(join(dir.path, 'other'))).toBe('');
  });

  it('of several gigabytes is refused before it is read', () => {
    const path = join(dir.path, 'ledger.jsonl');
    writeFileSync(path, '');
    truncateSync(path, 3_000_000_000);
    expect(() => readLedger(path)).toThrow(/expected at most 256\.0 MB, found 3000\.0 MB/);
    expect(() => readRegularFile(path)).toThrow(/expected at most/);
  });

  it('of very many torn lines is read', () => {
    const torn = '{"event":"attempt.launched","at":"2026\n'.repeat(300_000);
    const { events, defects } = parseLedger('x', Buffer.from(torn));
    expect([events.length, defects.length]).toEqual([0, 300_000]);
  });
});

describe('a directory of a run', () => {
  it('for reports that is a link is not written through', () => {
    const paths = runPaths(dir.path, '20261122-181530-412k7x');
    mkdirSync(paths.dir, { recursive: true });
    const elsewhere = join(dir.path, 'elsewhere');
    mkdirSync(elsewhere);
    symlinkSync(elsewhere, paths.results);
    expect(() => writeReport(paths, 'a', 'text')).toThrow(/expected a directory, found a symbolic/);
    expect(readdirSync(elsewhere)).toEqual([]);
    renameSync(paths.results, join(dir.path, 'link'));
    expect(writeReport(paths, 'a', 'text')?.path).toBe('results/a.md');
    expect(existsSync(join(paths.results, 'a.md'))).toBe(true);
  });

  it('that may not be read is no empty one', () => {
    const denied = Object.assign(new Error('denied'), { code: 'EACCES' });
    const path = join(dir.path, '.swarm', 'runs');
    expect(String(unreadable(path, denied))).toMatch(/runs: expected files that you may read/);
    expect(isMissing(denied)).toBe(false);
    expect(listRuns(dir.path)).toEqual([]);
  });
});
