import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cronTimes, nextTimes } from '../../../../src/hub/schedules/cron-times.ts';

const iso = (cron: string, timezone: string, from: string, count: number) =>
  nextTimes(cronTimes(cron, timezone), Date.parse(from), count).map((time) =>
    new Date(time).toISOString().replace(':00.000Z', 'Z'),
  );

describe('the times of a schedule when the clock is set forward', () => {
  it.each([
    [
      'Europe/Rome',
      '30 2 * * *',
      '2026-03-28T00:00:00Z',
      ['2026-03-28T01:30Z', '2026-03-29T01:00Z', '2026-03-30T00:30Z'],
    ],
    [
      'America/New_York',
      '30 2 * * *',
      '2026-03-07T00:00:00Z',
      ['2026-03-07T07:30Z', '2026-03-08T07:00Z', '2026-03-09T06:30Z'],
    ],
    [
      'Australia/Lord_Howe',
      '15 2 * * *',
      '2026-10-02T00:00:00Z',
      ['2026-10-02T15:45Z', '2026-10-03T15:30Z', '2026-10-04T15:15Z'],
    ],
  ])(
    'moves a time that does not exist to the end of the gap in %s',
    (timezone, cron, from, times) => {
      expect(iso(cron, timezone, from, 3)).toEqual(times);
    },
  );

  it('keeps the distance of an expression with a step', () => {
    expect(iso('*/30 * * * *', 'Europe/Rome', '2026-03-29T00:00:00Z', 4)).toEqual([
      '2026-03-29T00:30Z',
      '2026-03-29T01:00Z',
      '2026-03-29T01:30Z',
      '2026-03-29T02:00Z',
    ]);
  });
});

describe('the times of a schedule when the clock is set back', () => {
  it.each([
    [
      'Europe/Rome',
      '30 2 * * *',
      '2026-10-24T12:00:00Z',
      ['2026-10-25T00:30Z', '2026-10-26T01:30Z'],
    ],
    [
      'America/New_York',
      '30 1 * * *',
      '2026-10-31T12:00:00Z',
      ['2026-11-01T05:30Z', '2026-11-02T06:30Z'],
    ],
    [
      'Australia/Lord_Howe',
      '45 1 * * *',
      '2026-04-04T00:00:00Z',
      ['2026-04-04T14:45Z', '2026-04-05T15:15Z'],
    ],
  ])('takes a time that comes twice once in %s', (timezone, cron, from, times) => {
    expect(iso(cron, timezone, from, 2)).toEqual(times);
  });

  it('takes both hours for an expression with a step', () => {
    expect(iso('*/30 * * * *', 'Europe/Rome', '2026-10-24T23:45:00Z', 5)).toEqual([
      '2026-10-25T00:00Z',
      '2026-10-25T00:30Z',
      '2026-10-25T01:00Z',
      '2026-10-25T01:30Z',
      '2026-10-25T02:00Z',
    ]);
  });
});

describe('the previous time', () => {
  it('is the one from which the next time is reached', () => {
    const crons = ['*/30 * * * *', '0 9 * * MON,FRI', '30 2 * * *', '0 0 1 * *', '15 */6 * * *'];
    const zones = ['Europe/Rome', 'America/New_York', 'Australia/Lord_Howe', 'UTC'];
    fc.assert(
      fc.property(
        fc.constantFrom(...crons),
        fc.constantFrom(...zones),
        fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2026, 11, 31) }),
        (cron, zone, moment) => {
          const times = cronTimes(cron, zone);
          const next = times.next(moment);
          const before = next === null ? null : times.previous(next + 1);
          expect(before).toBe(next);
          const previous = times.previous(moment);
          if (previous !== null && next !== null) {
            expect(previous).toBeLessThan(moment);
            const after = times.next(previous);
            expect(after === next || after === moment).toBe(true);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
