import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planWaves, readyTasks } from '../../src/core/schedule.ts';
import {
  completes,
  ended,
  fold,
  launched,
  makeTask,
  NO_RETRY,
  opened,
} from '../support/run-events.ts';

const needing = (id: string, ...needs: string[]) => makeTask(id, { needs });

describe('planWaves', () => {
  it('puts each task behind all that it needs', () => {
    const tasks = [
      needing('d', 'b', 'c'),
      needing('a'),
      needing('b', 'a'),
      needing('c', 'a'),
      needing('e'),
    ];
    expect(planWaves(tasks)).toEqual([['a', 'e'], ['b', 'c'], ['d']]);
  });

  it('leaves out what is on a cycle or behind one', () => {
    const tasks = [needing('a', 'b'), needing('b', 'a'), needing('c', 'b'), needing('d')];
    expect(planWaves(tasks)).toEqual([['d']]);
  });

  it('has every task of a plan without cycles once, as early as can be', () => {
    const plans = fc
      .array(fc.array(fc.nat(19), { maxLength: 4 }), { maxLength: 20 })
      .map((drawn) =>
        drawn.map((needs, index) =>
          needing(`t${index}`, ...needs.filter((need) => need < index).map((need) => `t${need}`)),
        ),
      );
    fc.assert(
      fc.property(plans, (tasks) => {
        const waves = planWaves(tasks);
        const waveOf = new Map(waves.flatMap((wave, at) => wave.map((id) => [id, at] as const)));
        expect(waves.flat()).toHaveLength(tasks.length);
        for (const { id, needs } of tasks) {
          const earliest = 1 + Math.max(-1, ...needs.map((need) => waveOf.get(need) ?? Number.NaN));
          expect(waveOf.get(id)).toBe(earliest);
        }
      }),
      { seed: 20261122 },
    );
  });
});

describe('readyTasks', () => {
  const ready = (...events: Parameters<typeof fold>) =>
    readyTasks(fold(...events)).map((task) => task.id);

  it('are those whose needs are completed', () => {
    const tasks = opened([needing('a'), needing('b', 'a'), needing('c')]);
    expect(ready(tasks)).toEqual(['a', 'c']);
    expect(ready(tasks, launched('a'))).toEqual(['c']);
    expect(ready(tasks, ...completes('a'))).toEqual(['b', 'c']);
    expect(
      ready(tasks, launched('a'), ended('a', { outcome: 'failed', category: 'fatal' })),
    ).toEqual(['c']);
  });

  it('are no more than may work at once', () => {
    const tasks = opened(['a', 'b', 'c', 'd'], { policy: { ...NO_RETRY, maxParallel: 2 } });
    expect(ready(tasks)).toEqual(['a', 'b']);
    expect(ready(tasks, launched('b'))).toEqual(['a']);
    expect(ready(tasks, launched('b'), launched('a'))).toEqual([]);
    expect(ready(tasks, ...completes('b'), launched('a'))).toEqual(['c']);
  });
});
