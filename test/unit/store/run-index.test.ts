import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LedgerEvent } from '../../../src/ledger/events.ts';
import { loadRun } from '../../../src/store/run-handle.ts';
import {
  listActiveRuns,
  listRuns,
  markActive,
  syncActiveMarker,
} from '../../../src/store/run-index.ts';
import { activeDir, runPaths, runsDir } from '../../../src/store/run-paths.ts';
import { makeNewer } from '../../support/newer-run.ts';
import { at, completes, launched, opened } from '../../support/run-events.ts';
import { append, storeRun } from '../../support/stored-run.ts';
import { makeTempDir, type TempDir } from '../../support/temp-dir.ts';

const OLD = '20261122-181530-001aaa';
const NEW = '20261122-181530-002aaa';
const READ: LedgerEvent = { event: 'summary.read', at: at(50), session: 's' };

let dir: TempDir;

beforeEach(async () => {
  dir = await makeTempDir();
});
afterEach(() => dir.remove());

describe('listRuns', () => {
  it('lists runs, oldest first, and ignores other files', () => {
    storeRun(dir.path, [opened(['a'])], NEW);
    storeRun(dir.path, [opened(['a'])], OLD);
    for (const other of [`.${NEW}.new`, 'notes', '20261122'])
      mkdirSync(join(runsDir(dir.path), other));
    expect(listRuns(dir.path)).toEqual([OLD, NEW]);
  });

  it('is empty without .swarm', () => {
    expect(listRuns(dir.path)).toEqual([]);
    expect(listActiveRuns(dir.path)).toEqual([]);
    expect(existsSync(join(dir.path, '.swarm'))).toBe(false);
  });
});

describe('listOpenRuns', () => {
  it('contains a run until its summary was read after its end', () => {
    const run = storeRun(dir.path, [opened(['a']), launched('a')]);
    const isOpen = () => {
      syncActiveMarker(loadRun(run.paths));
      return listActiveRuns(dir.path).length === 1;
    };
    expect(isOpen()).toBe(true);
    append(run.paths, ...completes('a').slice(1));
    expect(isOpen()).toBe(true);
    append(run.paths, READ);
    expect(isOpen()).toBe(false);
  });

  it('is rebuilt from the ledgers', () => {
    storeRun(dir.path, [opened(['a']), ...completes('a'), READ], OLD);
    storeRun(dir.path, [opened(['a']), launched('a')], NEW);
    expect(listActiveRuns(dir.path)).toEqual([NEW]);
    rmSync(activeDir(dir.path), { recursive: true });
    expect(listActiveRuns(dir.path)).toEqual([NEW]);
  });

  it('is rebuilt from the ledgers by a new run if it is gone', () => {
    storeRun(dir.path, [opened(['a']), launched('a')], OLD);
    markActive(storeRun(dir.path, [opened(['a'])], NEW).paths);
    expect(listActiveRuns(dir.path)).toEqual([OLD, NEW]);
    expect(readdirSync(join(dir.path, '.swarm')).sort()).toEqual(['open', 'runs']);
  });

  it('is never visible with only some of the runs', async () => {
    const ids = Array.from({ length: 20 }, (_, index) => `20261122-181530-0${10 + index}aaa`);
    for (const id of ids) storeRun(dir.path, [opened(['a'])], id);
    const directory = activeDir(dir.path);
    const look = `
      const { parentPort, workerData } = require('node:worker_threads');
      const { readdirSync } = require('node:fs');
      const count = () => { try { return readdirSync(workerData.directory).length } catch { return null } };
      const seen = new Set();
      parentPort.postMessage('ready');
      while (!workerData.done[0]) seen.add(count());
      parentPort.postMessage([...seen]);`;
    const done = new Uint8Array(new SharedArrayBuffer(1));
    const worker = new Worker(look, { eval: true, workerData: { directory, done } });
    await once(worker, 'message');
    for (let times = 0; times < 20; times++) {
      expect(listActiveRuns(dir.path)).toEqual(ids);
      renameSync(directory, join(dir.path, `away-${times}`));
    }
    done[0] = 1;
    const [seen] = await once(worker, 'message');
    expect(seen.filter((count: number | null) => count !== null)).toEqual([ids.length]);
  });

  it('is not rebuilt each time if no run is open', () => {
    storeRun(dir.path, [opened(['a']), ...completes('a'), READ], OLD);
    expect(listActiveRuns(dir.path)).toEqual([]);
    expect(existsSync(activeDir(dir.path))).toBe(true);
  });

  it('keeps the marker of a run of a newer ledger format', () => {
    makeNewer(storeRun(dir.path, [opened(['a'])], OLD).paths);
    expect(listActiveRuns(dir.path)).toEqual([OLD]);
  });

  it('skips a run that cannot be read', () => {
    const { paths } = storeRun(dir.path, [opened(['a'])], OLD);
    writeFileSync(paths.ledger, 'garbage');
    storeRun(dir.path, [opened(['a'])], NEW);
    expect(listActiveRuns(dir.path)).toEqual([NEW]);
    expect(existsSync(runPaths(dir.path, OLD).openMarker)).toBe(false);
  });
});
