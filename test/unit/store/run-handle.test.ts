import { appendFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../../../src/config/resolve-policy.ts';
import { SwarmError } from '../../../src/errors/swarm-error.ts';
import { toStatusDocument } from '../../../src/run/status-document.ts';
import { describeDefects, loadRun, refresh } from '../../../src/store/run-handle.ts';
import { runPaths } from '../../../src/store/run-paths.ts';
import {
  at,
  checkpoint,
  completes,
  ended,
  entryOf,
  launched,
  opened,
  RUN,
  started,
} from '../../support/run-events.ts';
import { append, storeRun } from '../../support/stored-run.ts';
import { makeTempDir, type TempDir } from '../../support/temp-dir.ts';

let dir: TempDir;

beforeEach(async () => {
  dir = await makeTempDir();
});
afterEach(() => dir.remove());

describe('loadRun', () => {
  it('folds the ledger', () => {
    const run = storeRun(dir.path, [opened(['a', 'b']), ...completes('a'), launched('b')]);
    expect(toStatusDocument(run.state).counts).toMatchObject({ completed: 1, working: 1 });
    expect(run.defects).toEqual([]);
  });

  it('finds no run without a ledger', () => {
    expect(() => loadRun(runPaths(dir.path, RUN))).toThrow(SwarmError);
    expect(() => loadRun(runPaths(dir.path, RUN))).toThrow(
      expect.objectContaining({ exitCode: 3 }),
    );
  });

  it.each(['', 'garbage\n', `${JSON.stringify(launched('a'))}\n`])(
    'cannot read a ledger of %j',
    (text) => {
      const { paths } = storeRun(dir.path, [opened(['a'])]);
      writeFileSync(paths.ledger, text);
      expect(() => loadRun(paths)).toThrow(expect.objectContaining({ exitCode: 3 }));
    },
  );

  it('reads a run whose beginning has garbage before it', () => {
    const { paths } = storeRun(dir.path, [opened(['a'])]);
    writeFileSync(paths.ledger, `garbage\n${JSON.stringify(opened(['a']))}\n`);
    const run = loadRun(paths);
    expect(run.state.tasks.size).toBe(1);
    expect(describeDefects(run)).toEqual([expect.stringContaining('ledger.jsonl, byte 0')]);
  });
});

describe('catchUp', () => {
  it('folds each new event once', () => {
    const run = storeRun(dir.path, [opened(['a'])]);
    append(run.paths, launched('a'), checkpoint('a', 40));
    expect(refresh(run)).toEqual([launched('a'), checkpoint('a', 40)]);
    expect(refresh(run)).toEqual([]);
    expect(run.state).toEqual(loadRun(run.paths).state);
  });

  it('reports a torn event until it is complete', () => {
    const run = storeRun(dir.path, [opened(['a'])]);
    const line = `${JSON.stringify(launched('a'))}\n`;
    appendFileSync(run.paths.ledger, line.slice(0, 40));
    refresh(run);
    refresh(run);
    expect(describeDefects(run)).toHaveLength(1);
    appendFileSync(run.paths.ledger, line.slice(40));
    refresh(run);
    expect(describeDefects(run)).toEqual([]);
    expect(entryOf(run.state, 'a').status).toBe('working');
  });

  it('keeps reporting an event that stays torn', () => {
    const run = storeRun(dir.path, [opened(['a'])]);
    appendFileSync(run.paths.ledger, JSON.stringify(launched('a')).slice(0, 40));
    refresh(run);
    append(run.paths, launched('a', { attempt: 'next' }));
    refresh(run);
    append(run.paths, started('a', { attempt: 'next' }));
    refresh(run);
    expect(describeDefects(run)).toHaveLength(1);
    expect(run.defects).toEqual(loadRun(run.paths).defects);
  });
});

describe('a completed task whose report is gone', () => {
  const events = [opened(['a']), ...completes('a')];
  const lost = {
    status: 'failed',
    result: null,
    error: { category: 'lost', message: expect.stringContaining('results/a.md') },
  };

  it('counts as failed, and its error names the missing file', () => {
    const { paths, state } = storeRun(dir.path, events);
    expect(entryOf(state, 'a').status).toBe('completed');
    rmSync(join(paths.results, 'a.md'));
    expect(entryOf(loadRun(paths).state, 'a')).toMatchObject(lost);
  });

  it('is not retried automatically, even with attempts left', () => {
    const { paths } = storeRun(dir.path, [
      opened(['a'], { policy: DEFAULT_POLICY }),
      ...completes('a'),
    ]);
    rmSync(join(paths.results, 'a.md'));
    expect(entryOf(loadRun(paths).state, 'a')).toMatchObject(lost);
  });

  it('counts as failed if the report is empty', () => {
    const { paths } = storeRun(dir.path, events);
    truncateSync(join(paths.results, 'a.md'));
    expect(entryOf(loadRun(paths).state, 'a')).toMatchObject(lost);
  });

  it('counts as failed at the next read of a run that was loaded before', () => {
    const run = storeRun(dir.path, events);
    rmSync(join(run.paths.results, 'a.md'));
    refresh(run);
    expect(entryOf(run.state, 'a')).toMatchObject(lost);
  });

  it('counts as completed again once the report is restored', () => {
    const run = storeRun(dir.path, events);
    const before = structuredClone(run.state);
    const report = join(run.paths.results, 'a.md');
    renameSync(report, join(dir.path, 'away'));
    refresh(run);
    expect(entryOf(run.state, 'a')).toMatchObject(lost);
    renameSync(join(dir.path, 'away'), report);
    refresh(run);
    expect(run.state).toEqual(before);
  });

  it('counts as completed again once the whole directory is restored', () => {
    const run = storeRun(dir.path, events);
    renameSync(run.paths.results, join(dir.path, 'away'));
    refresh(run);
    expect(entryOf(run.state, 'a')).toMatchObject(lost);
    renameSync(join(dir.path, 'away'), run.paths.results);
    refresh(run);
    expect(entryOf(run.state, 'a').status).toBe('completed');
  });

  it('stays failed if it was retried and the old report is restored', () => {
    const run = storeRun(dir.path, events);
    const report = join(run.paths.results, 'a.md');
    renameSync(report, join(dir.path, 'away'));
    append(run.paths, { event: 'report.lost', at: at(30), attempt: 'call-a' });
    refresh(run);
    renameSync(join(dir.path, 'away'), report);
    refresh(run);
    expect(entryOf(run.state, 'a')).toMatchObject(lost);
  });

  it('stays failed if its end is recorded again', () => {
    const { paths } = storeRun(dir.path, events);
    const again = ended('a', { attempt: null });
    append(paths, again);
    rmSync(join(paths.results, 'a.md'));
    const run = loadRun(paths);
    expect(entryOf(run.state, 'a')).toMatchObject(lost);
    append(paths, { ...again, report: null });
    refresh(run);
    expect(entryOf(run.state, 'a')).toMatchObject(lost);
  });
});
