import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planWaves } from '../../../src/plan/waves.ts';
import { makeTask } from '../../support/run-events.ts';

const needing = (id: string, ...needs: string[]) => makeTask(id, { needs });

describe('planWaves', () => {
  it('puts each task after all that it needs', () => {
    const tasks = [
      needing('d', 'b', 'c'),
      needing('a'),
      needing('b', 'a'),
      needing('c', 'a'),
      needing('e'),
    ];
    expect(planWaves(tasks)).toEqual([['a', 'e'], ['b', 'c'], ['d']]);
  });

  it('leaves out tasks on or behind a cycle', () => {
    const tasks = [needing('a', 'b'), needing('b', 'a'), needing('c', 'b'), needing('d')];
    expect(planWaves(tasks)).toEqual([['d']]);
  });

  it('places every task of a plan without cycles once, as early as possible', () => {
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
