import { expect, test } from 'vitest';
import { unionLength, watchClock } from '../../../src/run/clock-jumps.ts';
import { missedHeartbeats, stallTime } from '../../../src/run/heartbeat.ts';
import { overdueAttempts } from '../../../src/run/status-document.ts';
import {
  at,
  entryOf,
  fold,
  gateAsked,
  gateDecided,
  launched,
  opened,
  started,
} from '../../support/run-events.ts';

const MINUTE = 60_000;
const jumped = (from: number, to: number) =>
  ({ event: 'clock.jumped', at: at(to), from: at(from), to: at(to) }) as const;

test('a gap between two looks at the clock is a jump, ordinary delays are none', () => {
  let now = 0;
  const look = watchClock(() => now);
  now = 5_000;
  expect(look()).toBeNull();
  now = 17_000;
  expect(look()).toBeNull();
  now = 82_000;
  expect(look()).toEqual({ from: 17_000, to: 82_000 });
  now = 87_000;
  expect(look()).toBeNull();
  // Set back: nothing has expired early.
  now = 20_000;
  expect(look()).toBeNull();
});

test('what overlaps counts once, and only what lies after the start', () => {
  const spans = [
    { from: 10, to: 20 },
    { from: 15, to: 30 },
    { from: 12, to: 14 },
  ];
  expect(unionLength(spans)).toBe(20);
  expect(unionLength(spans, 18)).toBe(12);
});

test('deadlines and heartbeats do not count the time of a jump', () => {
  const events = [opened(['a']), launched('a'), started('a', { at: at(0) })];
  const { deadlineAt } = entryOf(fold(...events), 'a');
  const limit = Date.parse(deadlineAt ?? '') - Date.parse(at(0));
  const hour = [MINUTE, 61 * MINUTE] as const;

  // Two processes recorded it, with slightly different times.
  const state = fold(...events, jumped(...hour), jumped(hour[0] + 2_000, hour[1]));

  expect(entryOf(state, 'a').deadlineAt).toBe(at(limit + 60 * MINUTE));
  expect(overdueAttempts(state, at(61.5 * MINUTE))).toEqual([]);
  const [attempt] = state.attempts.values();
  const stall = attempt && stallTime(fold(...events), attempt);
  const later = attempt && stallTime(state, attempt);
  expect(Date.parse(later ?? '') - Date.parse(stall ?? '')).toBe(60 * MINUTE);
  expect(missedHeartbeats(state, stall ?? '')).toEqual([]);
});

test('a jump before the attempt does not extend its deadline', () => {
  const later = { at: at(10 * MINUTE) };
  const events = [opened(['a']), launched('a', later), started('a', later)];
  expect(entryOf(fold(...events, jumped(0, 9 * MINUTE)), 'a').deadlineAt).toBe(
    entryOf(fold(...events), 'a').deadlineAt,
  );
});

test('a jump while a person had to decide counts once', () => {
  const wait = [
    gateAsked('a', { at: at(MINUTE), where: 'session' }),
    gateDecided('a', 'approved', { at: at(31 * MINUTE), where: 'session' }),
  ];
  const events = [opened(['a']), launched('a'), started('a'), ...wait];
  const jump = jumped(2 * MINUTE, 20 * MINUTE);
  expect(entryOf(fold(...events, jump), 'a').deadlineAt).toBe(
    entryOf(fold(...events), 'a').deadlineAt,
  );
});
