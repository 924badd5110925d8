import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeFileAtomic } from '../../../src/platform/write-file-atomic.ts';
import {
  assignReport,
  freeReportName,
  hasReport,
  isUnassignedReport,
  unassignedReportName,
  writeReport,
} from '../../../src/store/reports.ts';
import type { RunPaths } from '../../../src/store/run-paths.ts';
import { opened } from '../../support/run-events.ts';
import { storeRun } from '../../support/stored-run.ts';
import { makeTempDir, type TempDir } from '../../support/temp-dir.ts';

let dir: TempDir;
let paths: RunPaths;

beforeEach(async () => {
  dir = await makeTempDir();
  ({ paths } = storeRun(dir.path, [opened(['a'])]));
});
afterEach(() => dir.remove());

describe('a report', () => {
  it('is stored unchanged and readable only by its owner', () => {
    const text = '---\nstatus: completed\n---\r\nüber 🙂\u0000\n';
    const report = writeReport(paths, 'a', text);
    expect(readFileSync(join(paths.dir, 'results/a.md'), 'utf8')).toBe(text);
    expect(report).toEqual({
      path: 'results/a.md',
      bytes: Buffer.byteLength(text),
      sha256: createHash('sha256').update(text).digest('hex'),
    });
    expect(statSync(join(paths.results, 'a.md')).mode & 0o777).toBe(0o600);
    expect(statSync(paths.results).mode & 0o777).toBe(0o700);
    expect(report && hasReport(paths, report)).toBe(true);
  });

  it.each(['', ' ', '\n\t\r\n', '\u00a0'])('is not stored if it is blank: %j', (text) => {
    expect(writeReport(paths, 'a', text)).toBeNull();
    expect(existsSync(paths.results)).toBe(false);
  });

  it('is missing once its file was removed or emptied', () => {
    const report = writeReport(paths, 'a', 'x');
    if (!report) throw new Error('no report');
    writeFileSync(join(paths.results, 'a.md'), '');
    expect(hasReport(paths, report)).toBe(false);
    rmSync(join(paths.results, 'a.md'));
    expect(hasReport(paths, report)).toBe(false);
  });

  it('gets an unused name', () => {
    expect(freeReportName(paths, 'a.late')).toBe('a.late');
    writeReport(paths, 'a.late', 'x');
    expect(freeReportName(paths, 'a.late')).toBe('a.late.2');
    writeReport(paths, 'a.late.2', 'x');
    expect(freeReportName(paths, 'a.late')).toBe('a.late.3');
  });

  it('without a task keeps its first file when it is assigned', () => {
    const waiting = writeReport(paths, unassignedReportName('agent-1'), 'text');
    if (!waiting) throw new Error('no report');
    expect(isUnassignedReport(waiting)).toBe(true);
    const adopted = assignReport(paths, waiting, 'a');
    expect(adopted).toEqual({ ...waiting, path: 'results/a.md' });
    expect(isUnassignedReport(adopted)).toBe(false);
    expect(readdirSync(paths.results).sort()).toEqual(['a.md', 'agent.agent-1.md']);
    expect(readFileSync(join(paths.results, 'a.md'), 'utf8')).toBe('text');
    expect(statSync(join(paths.results, 'a.md')).mode & 0o777).toBe(0o600);
  });
});

describe('writeFileAtomic', () => {
  it('replaces a file, and leaves it unchanged when it fails', () => {
    const file = join(dir.path, 'file');
    writeFileAtomic(file, 'one');
    writeFileAtomic(file, 'two', { durable: true });
    expect(readFileSync(file, 'utf8')).toBe('two');
    const taken = join(dir.path, '.swarm');
    expect(() => writeFileAtomic(taken, 'x')).toThrow();
    expect(readdirSync(dir.path).sort()).toEqual(['.swarm', 'file']);
  });
});
