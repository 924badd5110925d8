import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../../../src/config/resolve-policy.ts';
import { type WatchEnd, type WatchOptions, watchRun } from '../../../src/operations/watch-run.ts';
import type { StatusDocument } from '../../../src/run/status-schema.ts';
import { appendToRun, loadRun, type RunHandle } from '../../../src/store/run-handle.ts';
import { nextStepPrompt } from '../../../src/view/prompts/next-step.ts';
import { hostAt, makeHost } from '../../support/host.ts';
import {
  at,
  checkpoint,
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

let dir: TempDir;

beforeEach(async () => {
  dir = await makeTempDir();
});
afterEach(() => dir.remove());

interface Watched {
  end: Promise<WatchEnd>;
  /** The reported statuses, newest last. */
  seen: StatusDocument[];
  abort(): void;
  /** Waits until a matching status is reported. */
  until(fits: (status: StatusDocument) => boolean): Promise<void>;
}

function follow(run: RunHandle, idleTimeout: number | null = null): Watched {
  const seen: StatusDocument[] = [];
  const control = new AbortController();
  const options: WatchOptions = {
    onChange: (before, after) => {
      expect(before).toEqual(seen.at(-1) ?? null);
      seen.push(after);
    },
    idleTimeout,
    untilNeeded: false,
    signal: control.signal,
  };
  const end = watchRun(loadRun(run.paths), options, hostAt(dir.path, at(100)));
  return {
    end,
    seen,
    abort: () => control.abort(),
    until: async (fits) => {
      const isOver = end.then(() => true);
      while (!seen.some(fits)) if (await Promise.race([isOver, wait(5, false)])) return;
    },
  };
}

const isWorking = (status: StatusDocument) => status.counts.working > 0;

describe('watchRun', () => {
  it('reports every change, keeps the files up to date and ends with the run', async () => {
    const run = storeRun(dir.path, [opened(['a', 'b'])]);
    const { end, seen, until } = follow(run);
    await until(() => true);
    append(run.paths, launched('a'), started('a'));
    await until(isWorking);
    append(run.paths, checkpoint('a', 40));
    await until((status) => status.tasks[0]?.percent === 40);
    const file = () => readFileSync(join(run.paths.tasks, 'a.md'), 'utf8');
    expect(file()).toContain('percent: 40');
    append(run.paths, ended('a'), ...completes('b'));
    expect(await end).toBe('ended');
    expect(seen.at(-1)).toMatchObject({ status: 'completed', counts: { completed: 2 } });
    expect(JSON.parse(readFileSync(run.paths.status, 'utf8'))).toEqual(seen.at(-1));
    expect(readFileSync(run.paths.summary, 'utf8')).toContain('Abstract of b');
    expect(file()).toContain('status: completed');
  });

  it('ends at once for an ended run', async () => {
    const run = storeRun(dir.path, [opened(['a']), ...completes('a')]);
    const { end, seen } = follow(run);
    expect(await end).toBe('ended');
    expect(seen).toHaveLength(1);
    expect(existsSync(join(run.paths.tasks, 'a.md'))).toBe(true);
  });

  it('misses no event that is appended while it starts', async () => {
    const run = storeRun(dir.path, [opened(['a'])]);
    const { end } = follow(run);
    append(run.paths, ...completes('a'));
    expect(await end).toBe('ended');
  });

  it.each([0, 5, 15, 30, 45, 60])(
    'misses no event that follows another after %i ms',
    async (gap) => {
      const run = storeRun(dir.path, [opened(['a']), launched('a')]);
      const { end, until } = follow(run);
      await until(isWorking);
      append(run.paths, started('a'));
      await wait(gap);
      append(run.paths, ended('a'));
      expect(await end).toBe('ended');
    },
  );

  it('misses no event that another user of the same run object has already read', async () => {
    const { paths } = storeRun(dir.path, [opened(['a']), launched('a'), started('a')]);
    const run = loadRun(paths);
    const seen: (number | null | undefined)[] = [];
    const options: WatchOptions = {
      onChange(_, { tasks }) {
        seen.push(tasks[0]?.percent);
        // The file watcher misses a change this soon, but the run object then has the event.
        if (seen.at(-1) === 10) {
          append(paths, ended('a'));
          appendToRun(run, [checkpoint('a', 20)]);
        }
      },
      idleTimeout: null,
      untilNeeded: false,
      signal: AbortSignal.timeout(5_000),
    };
    const end = watchRun(run, options, hostAt(dir.path, at(100)));
    while (seen.length === 0) await wait(5);
    await wait(200);
    append(paths, checkpoint('a', 10));
    expect(await end).toBe('ended');
  });

  it('does nothing after an abort, even if a change is still queued', async () => {
    const { paths } = storeRun(dir.path, [opened(['a']), launched('a'), started('a')]);
    const control = new AbortController();
    const seen: (number | null | undefined)[] = [];
    // With this clock an update takes long, so the next one is delayed.
    let clock = 100;
    const options: WatchOptions = {
      onChange: (_, { tasks }) => seen.push(tasks[0]?.percent),
      idleTimeout: null,
      untilNeeded: false,
      signal: control.signal,
    };
    const now = () => {
      clock += 30;
      return at(clock);
    };
    const end = watchRun(loadRun(paths), options, makeHost(dir.path, { now }));
    while (seen.length === 0) await wait(5);
    await wait(200);
    append(paths, checkpoint('a', 10));
    await wait(40);
    control.abort();
    expect(await end).toBe('aborted');
    await wait(200);
    expect(seen).not.toContain(10);
  });

  it('works in several concurrent calls', async () => {
    const run = storeRun(dir.path, [opened(['a']), launched('a')]);
    const watches = [follow(run), follow(run), follow(run)];
    await Promise.all(watches.map(({ until }) => until(isWorking)));
    append(run.paths, started('a'), ended('a'));
    expect(await Promise.all(watches.map(({ end }) => end))).toEqual(['ended', 'ended', 'ended']);
    expect(JSON.parse(readFileSync(run.paths.status, 'utf8'))).toMatchObject({
      status: 'completed',
    });
  });

  it('throws if the run is removed, and does not recreate it', async () => {
    const run = storeRun(dir.path, [opened(['a']), launched('a')]);
    const { end, until } = follow(run);
    await until(isWorking);
    rmSync(run.paths.dir, { recursive: true });
    await expect(end).rejects.toMatchObject({ name: 'SwarmError', exitCode: 3 });
    expect(existsSync(run.paths.dir)).toBe(false);
  });

  it('gives up when nothing is running and nothing happens', async () => {
    const run = storeRun(dir.path, [opened(['a', 'b']), ...completes('a')]);
    expect(await follow(run, 30).end).toBe('idle');
  });

  it('does not give up while an agent is running', async () => {
    const run = storeRun(dir.path, [opened(['a']), launched('a')]);
    const { end, until } = follow(run, 20);
    await until(isWorking);
    const first = await Promise.race([end, wait(120, 'waits')]);
    expect(first).toBe('waits');
    append(run.paths, ended('a'));
    expect(await end).toBe('ended');
  });

  it('ends when only gates are pending, once the agent that asked has ended', async () => {
    const run = storeRun(dir.path, [opened(['a']), launched('a'), started('a'), gateAsked('a')]);
    const watched = follow(run);
    await watched.until(isWorking);
    append(run.paths, ended('a'));
    expect(await watched.end).toBe('waiting');
  });

  it('continues while the session prompts the user', async () => {
    const asked = gateAsked('a', { where: 'session' });
    const run = storeRun(dir.path, [opened(['a']), launched('a'), started('a'), asked]);
    const watched = follow(run, 30);
    await watched.until((status) => status.status === 'input_required');
    expect(await Promise.race([watched.end, wait(120, 'waits')])).toBe('waits');
    append(run.paths, gateDecided('a', 'denied', { where: 'session' }), ended('a'));
    expect(await watched.end).toBe('ended');
  });

  it('records a jump of the clock, which costs no attempt its time', async () => {
    const run = storeRun(dir.path, [opened(['a']), launched('a'), started('a')]);
    let time = 100;
    const notes: string[] = [];
    const seen: StatusDocument[] = [];
    const control = new AbortController();
    const options: WatchOptions = {
      onChange: (_, after) => void seen.push(after),
      onNote: (text) => void notes.push(text),
      ...{ idleTimeout: null, untilNeeded: false, signal: control.signal },
    };
    const host = makeHost(dir.path, { now: () => at(time) });
    const end = watchRun(loadRun(run.paths), options, host);
    while (seen.length === 0) await wait(5);
    time += 24 * 3_600_000;
    append(run.paths, checkpoint('a', 10));
    while (seen.at(-1)?.tasks[0]?.percent !== 10) await wait(5);
    control.abort();
    await end;
    expect(seen.at(-1)?.counts).toMatchObject({ working: 1, failed: 0 });
    expect(notes).toEqual([expect.stringContaining('the clock jumped by 24h 00m')]);
    expect(loadRun(run.paths).state.clockJumps).toHaveLength(1);
  });

  it('stops when it is aborted', async () => {
    const run = storeRun(dir.path, [opened(['a'])]);
    const { end, abort, until } = follow(run);
    await until(() => true);
    abort();
    expect(await end).toBe('aborted');
  });
});

describe('a usage limit in a conversation', () => {
  const RESET = 120_000;
  const limited = { event: 'usage.limited', at: at(3), attempt: null, until: at(RESET) } as const;

  /** Watches a run with a free task, on a clock that starts before the reset. */
  function watchLimited(wait: number | null) {
    const policy = { ...DEFAULT_POLICY, usageLimit: { stopAt: 0.95, wait } };
    const run = storeRun(dir.path, [opened(['a'], { policy }), limited]);
    const clock = { now: RESET - 200 };
    const host = makeHost(dir.path, { now: () => at(clock.now) });
    const control = new AbortController();
    const watch = () =>
      watchRun(
        loadRun(run.paths),
        { onChange() {}, idleTimeout: null, untilNeeded: true, signal: control.signal },
        host,
      );
    const ends = [watch(), watch()];
    return { run, clock, control, ends, resets: () => resetsIn(run) };
  }

  const resetsIn = ({ paths }: RunHandle) =>
    readFileSync(paths.ledger, 'utf8').split('"run.adopted"').length - 1;

  it.each([
    ['passes', RESET],
    ['jumps across the reset', RESET + 3_600_000],
  ])('wakes the orchestrator once the clock %s, if that is wanted', async (_, later) => {
    const { run, clock, ends, resets } = watchLimited(RESET);
    await wait(50);
    expect(resets()).toBe(0);
    clock.now = later;

    expect(await Promise.all(ends)).toEqual(['needed', 'needed']);
    expect(resets()).toBeGreaterThan(0);
    const { state } = loadRun(run.paths);
    expect(nextStepPrompt(state, true).match(/Agent\(/g)).toHaveLength(1);
  });

  it.each([null, RESET / 2])('does not wake it with a wait of %j', async (longest) => {
    const { clock, control, ends, resets } = watchLimited(longest);
    clock.now = RESET + 1;
    await wait(400);
    control.abort();

    expect(await Promise.all(ends)).toEqual(['aborted', 'aborted']);
    expect(resets()).toBe(0);
  });
});
