import { parseDuration } from '../../config/durations.ts';
import { sha256 } from '../../platform/sha256.ts';
import type { ScheduleConfig } from '../config/triggers-schema.ts';
import type { EventOf } from '../store/history-events.ts';
import type { ScheduleState } from '../store/history-state.ts';
import { type CronTimes, cronTimes } from './cron-times.ts';

/** A schedule with its defaults. */
export interface NamedSchedule extends Omit<ScheduleConfig, 'timezone'> {
  name: string;
  timezone: string;
}

/** What a schedule needs at a moment. */
export interface DueTimes {
  /** What must be added to the history. */
  events: (EventOf<'schedule.seen'> | EventOf<'times.passed'> | EventOf<'firing.requested'>)[];
  /** When it must be looked at again; null if never, or while it is paused. Milliseconds. */
  nextAt: number | null;
}

/** A firing that is later than this was caught up; milliseconds. */
const ON_TIME_MS = 60_000;

/** More missed times than this are not fired one by one, and more than this are not counted. */
const MOST_CAUGHT_UP = 100;
const MOST_COUNTED = 1_000;

/** A settled time this far in the future comes from a clock that was wrong; milliseconds. */
const WRONG_CLOCK_MS = 26 * 60 * 60_000;

/** The id of the firing of a schedule at a time. Two processes give it the same id. */
function firingId(name: string, time: number): string {
  return `${name}@${isoOf(time)}`;
}

/** How long the firing of a time is delayed; always the same for the same time. Milliseconds. */
function jitterOf({ name, jitter }: NamedSchedule, time: number): number {
  const share = Number.parseInt(sha256(firingId(name, time)).slice(0, 8), 16) / 0x1_0000_0000;
  return Math.floor(share * parseDuration(jitter));
}

/**
 * The times of a schedule that are due and not settled yet. Those within the catch-up window are
 * fired in their order, however late they are. Those before it are missed.
 * @param known what the history says; null for a new schedule, whose past times do not count
 * @param now milliseconds
 */
export function dueTimes(
  schedule: NamedSchedule,
  known: ScheduleState | null,
  now: number,
): DueTimes {
  const { name, cron, timezone } = schedule;
  const times = cronTimes(cron, timezone);
  const isNew = known?.cron !== cron || known.timezone !== timezone;
  if (isNew || known.settledUntil > now + WRONG_CLOCK_MS) {
    const seen = {
      event: 'schedule.seen',
      at: isoOf(now),
      schedule: name,
      cron,
      timezone,
    } as const;
    return { events: [seen], nextAt: known?.paused ? null : nextMoment(schedule, times, now) };
  }
  if (known.paused) return { events: [], nextAt: null };
  const since = known.settledUntil;
  const windowStart = now - Math.max(parseDuration(schedule.catchupWindow), ON_TIME_MS);
  const within = timesBetween(times, Math.max(since, windowStart - 1), now);
  const missed = passedTimes(times, since, within[0] ?? windowStart);
  const due = within.slice(0, countDue(schedule, within, now));
  const last = due.at(-1) ?? missed?.to ?? since;
  return {
    events: [
      ...(missed ? [toPassed(name, 'missed', missed, now)] : []),
      ...due.map((time) => toRequest(schedule, time, now)),
    ],
    nextAt: nextMoment(schedule, times, last),
  };
}

/** The times of a paused schedule up to now, for which nothing will be started. */
export function timesWhilePaused(
  { name, cron, timezone }: NamedSchedule,
  known: ScheduleState,
  now: number,
): EventOf<'times.passed'>[] {
  const passed = passedTimes(cronTimes(cron, timezone), known.settledUntil, now + 1);
  return passed ? [toPassed(name, 'paused', passed, now)] : [];
}

/** The times of a range, oldest first, at most `most`. @param from milliseconds @param to included */
export function timesInRange(times: CronTimes, from: number, to: number, most: number): number[] {
  const found: number[] = [];
  let time = times.next(from - 1);
  while (time !== null && time <= to && found.length < most) {
    found.push(time);
    time = times.next(time);
  }
  return found;
}

export function isoOf(time: number): string {
  return new Date(time).toISOString();
}

/** The newest times after one moment and up to another, oldest first. */
function timesBetween(times: CronTimes, after: number, to: number): number[] {
  const found: number[] = [];
  let time = times.previous(to + 1);
  while (time !== null && time > after && found.length < MOST_CAUGHT_UP) {
    found.unshift(time);
    time = times.previous(time);
  }
  return found;
}

/** How many of them are due. A later one never overtakes an earlier one with more jitter. */
function countDue(schedule: NamedSchedule, times: readonly number[], now: number): number {
  const waiting = times.findIndex((time) => time + jitterOf(schedule, time) > now);
  return waiting === -1 ? times.length : waiting;
}

interface Range {
  from: number;
  to: number;
  count: number | null;
}

/** The times after one moment and before another. */
function passedTimes(times: CronTimes, after: number, before: number): Range | null {
  const from = times.next(after);
  if (from === null || from >= before) return null;
  const to = times.previous(before) ?? from;
  const { length } = timesInRange(times, from, to, MOST_COUNTED + 1);
  return { from, to, count: length > MOST_COUNTED ? null : length };
}

function toPassed(
  schedule: string,
  why: 'missed' | 'paused',
  { from, to, count }: Range,
  now: number,
): EventOf<'times.passed'> {
  const range = { from: isoOf(from), to: isoOf(to), count };
  return { event: 'times.passed', at: isoOf(now), schedule, why, ...range };
}

function toRequest(schedule: NamedSchedule, time: number, now: number) {
  const { name } = schedule;
  const isLate = now - time - jitterOf(schedule, time) > ON_TIME_MS;
  return {
    event: 'firing.requested',
    at: isoOf(now),
    firing: firingId(name, time),
    trigger: 'schedule',
    name,
    origin: isLate ? 'caught_up' : 'scheduled',
    scheduledFor: isoOf(time),
    by: null,
    overlap: null,
    delivery: null,
  } as const;
}

function nextMoment(schedule: NamedSchedule, times: CronTimes, after: number): number | null {
  const next = times.next(after);
  return next === null ? null : next + jitterOf(schedule, next);
}
