import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runId } from '../../../src/ledger/events.ts';
import { newRunId } from '../../../src/ledger/run-id.ts';

const dates = fc.date({
  min: new Date('2000-01-01T00:00:00.000Z'),
  max: new Date('9999-12-31T23:59:59.999Z'),
  noInvalidDate: true,
});
const fractions = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('newRunId', () => {
  it('holds the time to the millisecond', () => {
    const now = new Date('2026-11-22T18:15:30.007Z');
    expect(newRunId(now, () => 0)).toBe('20261122-181530-007000');
    expect(newRunId(now, () => 0.999_999)).toBe('20261122-181530-007zzz');
  });

  it('is valid, and sorts by time', () => {
    fc.assert(
      fc.property(dates, dates, fractions, fractions, (a, b, x, y) => {
        const [first, second] = [newRunId(a, () => x), newRunId(b, () => y)];
        expect(runId.safeParse(first).success).toBe(true);
        if (a.getTime() !== b.getTime()) expect(first < second).toBe(a < b);
      }),
      { seed: 20261122 },
    );
  });
});
