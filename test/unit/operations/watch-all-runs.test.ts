import { rmSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunOpened } from '../../../src/ledger/events.ts';
import { type WatchedRun, watchAllRuns } from '../../../src/operations/watch-all-runs.ts';
import { markActive } from '../../../src/store/run-index.ts';
import type { RunPaths } from '../../../src/store/run-paths.ts';
import { hostAt } from '../../support/host.ts';
import {
  at,
  completes,
  ended,
  gateAsked,
  gateDecided,
  launched,
  opened,
  started,
} from '../../support/run-events.ts';
import { append, storeRun } from '../../support/stored-run.ts';
import { makeTempDir, type TempDir } from '../../support/temp-dir.ts';

const FIRST = '20261122-181530-000001';
const SECOND = '20261122-181530-000002';

let dir: TempDir;

beforeEach(async () => {
  dir = await makeTempDir();
});
afterEach(() => dir.remove());

function open(run: string, tasks: readonly string[], more: Partial<RunOpened> = {}): RunPaths {
  const { paths } = storeRun(dir.path, [opened(tasks, { run, ...more })], run);
  markActive(paths);
  return paths;
}

function follow(isOfSession = false) {
  const seen: WatchedRun[] = [];
  const control = new AbortController();
  let isOver = false;
  const end = watchAllRuns(hostAt(dir.path, at(100)), {
    onChange: (_, after) => seen.push(after),
    isOfSession,
    signal: control.signal,
  }).then(() => {
    isOver = true;
  });
  return {
    end,
    seen,
    abort: () => control.abort(),
    isOver: () => isOver,
    /** Waits until the last status reported for a run matches. */
    until: async (run: string, fits: (status: WatchedRun['status']) => boolean) => {
      const last = () => seen.findLast((one) => one.run === run);
      while (!last() || !fits(last()?.status ?? null)) await wait(5);
    },
  };
}

describe('watchOpenRuns', () => {
  it('ends at once if no run is open', async () => {
    const watched = follow();
    await watched.end;
    expect(watched.seen).toEqual([]);
  });

  it('reports every state of every open run until all have ended', async () => {
    const first = open(FIRST, ['a']);
    const second = open(SECOND, ['b']);
    const watched = follow();
    await watched.until(FIRST, (status) => status?.status === 'working');
    await watched.until(SECOND, (status) => status?.status === 'working');
    append(first, ...completes('a'));
    await watched.until(FIRST, (status) => status?.status === 'completed');
    expect(watched.isOver()).toBe(false);
    append(second, ...completes('b'));
    await watched.end;

    expect(watched.seen.at(-1)).toMatchObject({
      run: SECOND,
      dir: second.dir,
      session: 'session-1',
      atWork: true,
    });
    expect(watched.seen.at(-1)?.status?.status).toBe('completed');
  });

  it('follows a run that is opened later', async () => {
    open(FIRST, ['a']);
    const watched = follow();
    await watched.until(FIRST, () => true);
    const second = open(SECOND, ['b']);
    await watched.until(SECOND, () => true);
    append(second, launched('b'), started('b'));
    await watched.until(SECOND, (status) => status?.counts.working === 1);
    watched.abort();
    await watched.end;
  });

  const STARTED_BY = { trigger: 'schedule', name: 'review', wake: true } as const;

  it('wakes one of several sessions at the end of a run that asks for it', async () => {
    const paths = open(FIRST, ['a'], { startedBy: STARTED_BY });
    const watched = [follow(true), follow(true), follow()];
    for (const one of watched) await one.until(FIRST, () => true);
    append(paths, ...completes('a'));
    await Promise.all(watched.map(({ end }) => end));
    const wakes = watched.map(({ seen }) => seen.filter((one) => one.wakes).length);
    expect(wakes.slice(0, 2).sort()).toEqual([0, 1]);
    expect(wakes[2]).toBe(0);
  });

  it.each([
    ['does not ask for it', { startedBy: { ...STARTED_BY, wake: false } }],
    ['was started by nobody', {}],
  ])('wakes no session if the run %s', async (_, more) => {
    const paths = open(FIRST, ['a'], more);
    const watched = follow(true);
    await watched.until(FIRST, () => true);
    append(paths, ...completes('a'));
    await watched.end;
    expect(watched.seen.some(({ wakes }) => wakes)).toBe(false);
  });

  it('reports that an ended run is retried', async () => {
    const first = open(FIRST, ['a']);
    open(SECOND, ['b']);
    const watched = follow();
    append(first, { event: 'cancel.requested', at: at(1), task: 'a' });
    await watched.until(FIRST, (status) => status?.status === 'cancelled');
    append(first, { event: 'retry.requested', at: at(2), task: 'a' });
    await watched.until(FIRST, (status) => status?.status === 'working');
    watched.abort();
    await watched.end;
  });

  it('reports that a run with a pending gate resumes', async () => {
    const first = open(FIRST, ['a']);
    const watched = follow();
    append(first, launched('a'), started('a'), gateAsked('a'), ended('a', { outcome: 'stopped' }));
    await watched.until(FIRST, (status) => status?.status === 'input_required');
    append(first, gateDecided('a', 'approved'));
    await watched.until(FIRST, (status) => status?.status === 'working');
    watched.abort();
    await watched.end;
  });

  it('reports that a run is removed, and ends with the last run', async () => {
    const first = open(FIRST, ['a']);
    const watched = follow();
    await watched.until(FIRST, () => true);
    rmSync(first.dir, { recursive: true });
    await watched.end;
    expect(watched.seen.at(-1)).toMatchObject({ run: FIRST, status: null });
  });
});
