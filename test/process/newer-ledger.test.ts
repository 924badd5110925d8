import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunPaths } from '../../src/store/run-paths.ts';
import { treeOf } from '../support/hook-harness.ts';
import { makeNewer } from '../support/newer-run.ts';
import { checkpoint, launched, opened, RUN, started } from '../support/run-events.ts';
import { storeRun } from '../support/stored-run.ts';
import { runSwarm } from '../support/swarm-process.ts';
import { makeTempRepo, type TempDir } from '../support/temp-dir.ts';

const TASK = `${RUN}/a`;

describe('a run of a newer ledger format', () => {
  let repo: TempDir;
  let paths: RunPaths;

  beforeAll(async () => {
    repo = await makeTempRepo();
    const events = [opened(['a']), launched('a'), started('a'), checkpoint('a', 40)];
    ({ paths } = storeRun(repo.path, events));
    makeNewer(paths);
  });
  afterAll(() => repo.remove());

  it.each([
    [['status']],
    [['status', RUN, '--json']],
    [['watch', RUN]],
    [['summary', RUN]],
    [['cancel', RUN]],
    [['cancel', TASK]],
    [['retry', TASK]],
    [['resume', RUN]],
    [['approve', TASK]],
    [['deny', TASK]],
    [['run', RUN]],
    [['checkpoint', TASK, '50', 'half']],
    [['result', TASK, '-']],
  ])('is rejected and not changed by swarm %j', async (args) => {
    const before = treeOf(repo.path);
    const { code, stdout, stderr } = await runSwarm(args, { cwd: repo.path, input: 'Report' });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(paths.ledger);
    expect(stderr).toMatch(/ledger format 1 .*found 2.*update swarm-parallel/);
    expect(treeOf(repo.path)).toEqual(before);
  });

  it.each([[['list']], [['doctor']]])('is reported and not changed by swarm %j', async (args) => {
    const before = treeOf(paths.dir);
    const { stdout, stderr } = await runSwarm(args, { cwd: repo.path });
    expect(stdout + stderr).toMatch(/found 2.*update swarm-parallel/);
    expect(treeOf(paths.dir)).toEqual(before);
  });

  it('is not touched by swarm prune', async () => {
    const before = treeOf(paths.dir);
    expect((await runSwarm(['prune', '--force'], { cwd: repo.path })).code).toBe(0);
    expect(treeOf(paths.dir)).toEqual(before);
  });
});
