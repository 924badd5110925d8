import { rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SwarmError } from '../../../src/errors/swarm-error.ts';
import { toStatusDocument } from '../../../src/run/status-document.ts';
import { RunCache } from '../../../src/store/run-cache.ts';
import type { RunPaths } from '../../../src/store/run-paths.ts';
import { completes, launched, opened, RUN } from '../../support/run-events.ts';
import { append, storeRun } from '../../support/stored-run.ts';
import { makeTempDir, type TempDir } from '../../support/temp-dir.ts';

let dir: TempDir;

beforeEach(async () => {
  dir = await makeTempDir();
});
afterEach(() => dir.remove());

describe('RunCache', () => {
  it('continues reading a run where it stopped', () => {
    const { paths } = storeRun(dir.path, [opened(['a', 'b'])]);
    const { load } = new RunCache();
    const run = load(paths);
    append(paths, ...completes('a'), launched('b'));
    expect(load(paths)).toBe(run);
    expect(toStatusDocument(run.state).counts).toMatchObject({ completed: 1, working: 1 });
  });

  it('rereads a ledger that was replaced', () => {
    const { paths } = storeRun(dir.path, [opened(['a', 'b']), ...completes('a')]);
    const { load } = new RunCache();
    load(paths);
    writeFileSync(paths.ledger, '');
    append(paths, opened(['c']));
    expect([...load(paths).state.tasks.keys()]).toEqual(['c']);
  });

  it('drops a run whose ledger is gone', () => {
    const { paths } = storeRun(dir.path, [opened(['a'])]);
    const { load } = new RunCache();
    load(paths);
    rmSync(paths.dir, { recursive: true });
    expect(() => load(paths)).toThrow(SwarmError);
  });

  it('keeps the sixteen most recently used runs', () => {
    const { load } = new RunCache();
    const places = Array.from({ length: 17 }, (_, index) => {
      const run = `${RUN.slice(0, -2)}${10 + index}`;
      return storeRun(dir.path, [opened(['a'])], run).paths;
    });
    const loaded = places.map(load);
    expect(places.slice(1).every((paths, index) => load(paths) === loaded[index + 1])).toBe(true);
    expect(load(places[0] as RunPaths)).not.toBe(loaded[0]);
  });
});
