import { appendFileSync, readdirSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadRun } from '../../../../src/store/run-handle.ts';
import { runPaths } from '../../../../src/store/run-paths.ts';
import { makeTestHub, type TestHub } from '../../../support/hub.ts';

const CONFIG = {
  schedules: {
    review: {
      cron: '0 9 * * *',
      timezone: 'UTC',
      plan: 'plans/review.md',
      overlap: 'buffer_all',
      catchupWindow: '48h',
    },
  },
};

/** Appends and starts of processes, from the first time to the start of the second run. */
const STEPS = 10;

/**
 * Ends the hub at a step: nothing that it does from there on has an effect. A step is an append or a
 * start of a process; `before` and `after` are the moments on both sides of it.
 */
function killAt(hub: TestHub, step: number, moment: 'before' | 'after'): { steps(): number } {
  let steps = 0;
  let isKilled = false;
  const guarded = <Args extends unknown[]>(effect: (...args: Args) => void) => {
    return (...args: Args) => {
      if (isKilled) throw new Error('killed');
      const isHere = steps++ === step;
      if (isHere && moment === 'before') isKilled = true;
      if (isKilled) throw new Error('killed');
      effect(...args);
      if (isHere) isKilled = true;
      if (isKilled) throw new Error('killed');
    };
  };
  const { context } = hub;
  context.supervise = guarded(context.supervise);
  Object.assign(context.history, { append: guarded(context.history.append) });
  return { steps: () => steps };
}

/** Two times of a schedule pass, and the run of the first ends in between. */
async function play(hub: TestHub): Promise<void> {
  await hub.evaluate();
  hub.setTime('2026-11-23T09:00:00Z');
  await hub.evaluate();
  hub.setTime('2026-11-24T09:00:00Z');
  await hub.evaluate();
  completeFirst(hub);
  await hub.evaluate();
}

function completeFirst(hub: TestHub): void {
  const run = hub.firings()[0]?.run ?? null;
  if (run !== null && !loadRun(runPaths(hub.root, run)).state.attempts.size) hub.complete(run);
}

/** What there is in the end, whenever the hub was killed. */
function expectAllOnce(hub: TestHub): void {
  const firings = hub.firings();
  expect(firings.map(({ id, outcome }) => [id, outcome])).toEqual([
    ['review@2026-11-23T09:00:00.000Z', 'started'],
    ['review@2026-11-24T09:00:00.000Z', 'started'],
  ]);
  expect(firings.map(({ end }) => end?.status)).toEqual(['completed', undefined]);
  const runs = firings.map(({ run }) => run ?? '');
  expect(readdirSync(join(hub.root, '.swarm/runs')).sort()).toEqual([...runs].sort());
  for (const run of runs) {
    expect(loadRun(runPaths(hub.root, run)).state.supervision.current).not.toBeNull();
    expect(hub.supervised.filter((one) => one.run === run)).toHaveLength(1);
  }
}

describe('a hub that is killed', () => {
  it('takes as many steps as are tried below', async () => {
    await using hub = await makeTestHub('2026-11-23T08:00:00Z', CONFIG);
    await hub.evaluate();
    const { steps } = killAt(hub, Number.POSITIVE_INFINITY, 'before');
    await play(hub);
    expect(steps()).toBe(STEPS);
    expectAllOnce(hub);
  });

  const steps = Array.from({ length: STEPS }, (_, step) => step);
  const moments = steps.flatMap((step) => [
    { step, moment: 'before' as const },
    { step, moment: 'after' as const },
  ]);

  it.each(moments)(
    '$moment step $step loses nothing and does nothing twice',
    async ({ step, moment }) => {
      await using hub = await makeTestHub('2026-11-23T08:00:00Z', CONFIG);
      // The schedule is known, so that its times count.
      await hub.evaluate();
      killAt(hub, step, moment);
      await play(hub);
      hub.restart();
      await hub.evaluate();
      completeFirst(hub);
      await hub.evaluate();
      expectAllOnce(hub);
    },
  );

  it('in the middle of a line loses nothing', async () => {
    await using whole = await makeTestHub('2026-11-23T08:00:00Z', CONFIG);
    await play(whole);
    const lines = readFileSync(whole.context.history.path, 'utf8').trimEnd().split('\n');
    for (const [index, line] of lines.entries()) {
      await using hub = await makeTestHub('2026-11-23T08:00:00Z', CONFIG);
      await hub.evaluate();
      const { path } = hub.context.history;
      truncateSync(path, 0);
      appendFileSync(
        path,
        `${lines.slice(0, index).join('\n')}\n${line.slice(0, line.length / 2)}`,
      );
      hub.restart();
      hub.setTime('2026-11-24T09:00:00Z');
      await hub.evaluate();
      const [id] = [...hub.context.history.state.firings.keys()].slice(-1);
      // Without its first line the schedule is new, so its earlier times do not count.
      expect(id).toBe(index === 0 ? undefined : 'review@2026-11-24T09:00:00.000Z');
    }
  });
});
