import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import matter from 'gray-matter';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { writeFileAtomic } from '../../../src/platform/write-file-atomic.ts';
import { toStatusDocument } from '../../../src/run/status-document.ts';
import { statusDocument } from '../../../src/run/status-schema.ts';
import type * as Projections from '../../../src/store/projections.ts';
import { loadRun, type RunHandle } from '../../../src/store/run-handle.ts';
import { renderSummary } from '../../../src/view/markdown/render-summary.ts';
import {
  at,
  checkpoint,
  completes,
  ended,
  launched,
  opened,
  sessionEnded,
  started,
} from '../../support/run-events.ts';
import { append, storeRun } from '../../support/stored-run.ts';
import { makeTempDir, type TempDir } from '../../support/temp-dir.ts';

const write = vi.fn(writeFileAtomic);
let projections: typeof Projections;

beforeAll(async () => {
  vi.resetModules();
  vi.doMock('../../../src/platform/write-file-atomic.ts', () => ({ writeFileAtomic: write }));
  projections = await import('../../../src/store/projections.ts');
});
afterAll(() => {
  vi.doUnmock('../../../src/platform/write-file-atomic.ts');
  vi.resetModules();
});

let dir: TempDir;

beforeEach(async () => {
  dir = await makeTempDir();
});
afterEach(async () => {
  write.mockImplementation(writeFileAtomic);
  await dir.remove();
});

function onDisk(run: RunHandle): { status: unknown; summary: string } {
  return {
    status: JSON.parse(readFileSync(run.paths.status, 'utf8')),
    summary: readFileSync(run.paths.summary, 'utf8'),
  };
}

function inLedger(run: RunHandle): { status: unknown; summary: string } {
  const { state } = loadRun(run.paths);
  return { status: toStatusDocument(state), summary: renderSummary(state) };
}

describe('the projections', () => {
  it('match the ledger, including events appended since the run was loaded', () => {
    const run = storeRun(dir.path, [opened(['a', 'b']), ...completes('a')]);
    append(run.paths, launched('b'), checkpoint('b', 40));
    projections.writeProjections(run);
    expect(onDisk(run)).toEqual(inLedger(run));
    expect(statusDocument.parse(onDisk(run).status)).toMatchObject({ counts: { working: 1 } });
  });

  it('are not rewritten if they are up to date', () => {
    const run = storeRun(dir.path, [opened(['a']), launched('a'), checkpoint('a', 40)]);
    projections.writeProjections(run, ['a']);
    write.mockClear();
    projections.writeProjections(loadRun(run.paths), ['a']);
    expect(write).not.toHaveBeenCalled();
    append(run.paths, checkpoint('a', 60));
    projections.writeProjections(loadRun(run.paths), ['a']);
    expect(write).toHaveBeenCalledTimes(3);
  });

  it('are restored when they are deleted or corrupt', () => {
    const run = storeRun(dir.path, [opened(['a', 'b']), ...completes('a')]);
    projections.writeProjections(run);
    const before = onDisk(run);
    const checkpoints = readFileSync(join(run.paths.tasks, 'a.md'), 'utf8');
    rmSync(run.paths.status);
    rmSync(run.paths.tasks, { recursive: true });
    writeFileSync(run.paths.summary, 'spoilt');
    projections.writeProjections(loadRun(run.paths));
    expect(onDisk(run)).toEqual(before);
    expect(readFileSync(join(run.paths.tasks, 'a.md'), 'utf8')).toBe(checkpoints);
    expect(existsSync(join(run.paths.tasks, 'b.md'))).toBe(false);
  });

  it('report a torn ledger', () => {
    const run = storeRun(dir.path, [opened(['a'])]);
    writeFileSync(run.paths.ledger, '{"event":"task.chec', { flag: 'a' });
    projections.writeProjections(run);
    expect(onDisk(run).summary).toMatch(/^> \*\*Note\*\* ledger\.jsonl, byte \d+/m);
  });

  it('are readable only by their owner, and leave no temporary files', () => {
    const run = storeRun(dir.path, [opened(['a']), ...completes('a')]);
    projections.writeProjections(run);
    const files = [
      run.paths.summary,
      run.paths.status,
      join(run.paths.tasks, 'a.md'),
      run.paths.openMarker,
    ];
    expect(files.map((file) => statSync(file).mode & 0o777)).toEqual([0o600, 0o600, 0o600, 0o600]);
    expect(statSync(run.paths.tasks).mode & 0o777).toBe(0o700);
    expect(readdirSync(run.paths.dir).sort()).toEqual([
      'SUMMARY.md',
      'ledger.jsonl',
      'results',
      'status.json',
      'tasks',
    ]);
  });

  it.each(['summary', 'status'] as const)(
    'are never left older by a writer that was slow at the %s',
    (file) => {
      const slow = storeRun(dir.path, [opened(['a']), launched('a')]);
      let isInterrupted = false;
      write.mockImplementation((path, content, options) => {
        if (path === slow.paths[file] && !isInterrupted) {
          isInterrupted = true;
          // Another process records the end and writes its projections before the slow one writes.
          const quick = loadRun(slow.paths);
          append(quick.paths, ended('a'));
          projections.writeProjections(quick);
          expect(onDisk(quick).status).toMatchObject({ status: 'completed' });
        }
        writeFileAtomic(path, content, options);
      });
      projections.writeProjections(slow);
      expect(isInterrupted).toBe(true);
      expect(onDisk(slow)).toEqual(inLedger(slow));
      expect(onDisk(slow).status).toMatchObject({ status: 'completed' });
    },
  );

  it('fail without a half-written file if their directory is gone', () => {
    const run = storeRun(dir.path, [opened(['a'])]);
    rmSync(run.paths.dir, { recursive: true });
    expect(() => projections.writeProjections(run)).toThrow(/ENOENT/);
    expect(existsSync(run.paths.dir)).toBe(false);
  });
});

describe('the checkpoint file of a task', () => {
  it('has the state of the task as front matter and its history as a log', () => {
    const run = storeRun(dir.path, [
      opened(['a']),
      launched('a'),
      started('a'),
      checkpoint('a', 40, 'a "quoted": message'),
      checkpoint('a', 20, 'behind'),
    ]);
    projections.writeProjections(run, ['a', 'unknown']);
    const { data, content } = matter(readFileSync(join(run.paths.tasks, 'a.md'), 'utf8'), {});
    expect(data).toEqual({
      status: 'working',
      percent: 40,
      message: 'behind',
      attempt: 1,
      updated: at(25),
    });
    expect(content.trim().split('\n')).toEqual([
      '# a: Do a',
      '',
      `- ${at(1)} attempt 1: launched`,
      `- ${at(25)} attempt 1: 40% behind`,
      `- ${at(45)} attempt 1: 40% a "quoted": message`,
    ]);
    expect(readdirSync(run.paths.tasks)).toEqual(['a.md']);
  });

  it('records how the attempt ended', () => {
    const failed = ended('a', { outcome: 'failed', category: 'fatal', message: 'HTTP 400' });
    const run = storeRun(dir.path, [opened(['a']), launched('a'), failed, sessionEnded()]);
    projections.writeProjections(run, ['a']);
    const { data, content } = matter(readFileSync(join(run.paths.tasks, 'a.md'), 'utf8'), {});
    expect(data).toMatchObject({ status: 'failed', percent: 0, message: null });
    expect(content).toContain(`- ${at(10)} attempt 1: ended, failed (fatal: HTTP 400)`);
  });
});
