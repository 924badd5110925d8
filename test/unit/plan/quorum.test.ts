import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quorum as schema } from '../../../src/plan/plan-schema.ts';
import { countNeeded } from '../../../src/plan/quorum.ts';

describe('countNeeded', () => {
  it.each([
    ['all', 5, 5],
    [3, 5, 3],
    [9, 5, 5],
    ['100%', 5, 5],
    ['50%', 4, 2],
    ['50%', 5, 3],
    ['1%', 5, 1],
    ['67%', 3, 3],
    ['66%', 3, 2],
  ] as const)('of %s of %i tasks is %i', (quorum, total, needed) => {
    expect(countNeeded(quorum, total)).toBe(needed);
  });

  it('returns a number from 1 to the number of tasks for every valid quorum', () => {
    const valid = fc.oneof(
      fc.constant('all' as const),
      fc.integer({ min: 1 }),
      fc.integer({ min: 1, max: 100 }).map((percent) => `${percent}%`),
    );
    fc.assert(
      fc.property(valid, fc.integer({ min: 1, max: 500 }), (quorum, total) => {
        expect(schema.safeParse(quorum).success).toBe(true);
        const needed = countNeeded(quorum, total);
        expect(needed >= 1 && needed <= total && Number.isInteger(needed)).toBe(true);
      }),
      { seed: 20261122 },
    );
  });

  it.each(['0%', '101%', '050%', '1.5%', '%', '-1', 0, -1, 1.5, null, ''])(
    'of %j is none',
    (quorum) => {
      expect(schema.safeParse(quorum).success).toBe(false);
    },
  );
});
