import { SwarmError } from '../../errors/swarm-error.ts';
import { plural } from '../../text/format.ts';
import type { OverlapPolicy } from '../config/triggers-schema.ts';
import type { EventOf, HistoryEvent } from '../store/history-events.ts';
import type { Firing, ScheduleState } from '../store/history-state.ts';
import { cronTimes } from './cron-times.ts';
import { isoOf, type NamedSchedule, timesInRange, timesWhilePaused } from './due-times.ts';

/** What people change about a schedule, as events of the history. All of it is pure. */

/** The author and the time of a change. */
export interface Change {
  by: string;
  /** Milliseconds. */
  now: number;
}

/** The most times that one backfill fires. */
const MOST_BACKFILLED = 100;

/** Pauses a schedule, even if no hub has seen it yet. */
export function pauseEvents(
  schedule: NamedSchedule,
  known: ScheduleState | null,
  note: string | null,
  { by, now }: Change,
): HistoryEvent[] {
  const at = isoOf(now);
  const { name, cron, timezone } = schedule;
  const seen: HistoryEvent[] = known
    ? []
    : [{ event: 'schedule.seen', at, schedule: name, cron, timezone }];
  return [...seen, { event: 'schedule.paused', at, schedule: name, note, by }];
}

/** Resumes a schedule with its next time. Those that passed meanwhile are recorded as skipped. */
export function resumeEvents(
  schedule: NamedSchedule,
  known: ScheduleState | null,
  { by, now }: Change,
): HistoryEvent[] {
  if (!known?.paused) return [];
  const resumed: HistoryEvent = {
    event: 'schedule.resumed',
    at: isoOf(now),
    schedule: schedule.name,
    by,
  };
  return [...timesWhilePaused(schedule, known, now), resumed];
}

/** A firing by hand. @param id that no other firing has */
export function triggerEvent(
  { name }: NamedSchedule,
  id: string,
  { by, now }: Change,
): EventOf<'firing.requested'> {
  return {
    event: 'firing.requested',
    at: isoOf(now),
    firing: `${name}#${id}`,
    trigger: 'schedule',
    name,
    origin: 'triggered',
    scheduledFor: null,
    by,
    overlap: null,
    delivery: null,
  };
}

/** A firing for a delivery that was stored before. @param id that no other firing has */
export function replayEvent(
  { id: firing, name, delivery }: Firing,
  id: string,
  { by, now }: Change,
): EventOf<'firing.requested'> {
  return {
    event: 'firing.requested',
    at: isoOf(now),
    firing: `${firing.replace(/#[^#/]*$/, '')}#${id}`,
    trigger: 'webhook',
    name,
    origin: 'replay',
    scheduledFor: null,
    by,
    overlap: null,
    delivery,
  };
}

/**
 * A firing for each time of a range, oldest first.
 * @param range ISO 8601, both ends included
 * @param id that no other backfill has
 * @throws {SwarmError} when the range is none, or contains no time or too many
 */
export function backfillEvents(
  schedule: NamedSchedule,
  range: { from: string; to: string; overlap: OverlapPolicy },
  id: string,
  { by, now }: Change,
): EventOf<'firing.requested'>[] {
  const { name, cron, timezone } = schedule;
  const [from, to] = [parseTime(range.from, '--from'), parseTime(range.to, '--to')];
  if (to < from)
    throw new SwarmError(`--to: expected a time after ${range.from}, found ${range.to}`);
  const times = timesInRange(cronTimes(cron, timezone), from, to, MOST_BACKFILLED + 1);
  if (times.length === 0 || times.length > MOST_BACKFILLED) {
    const found = times.length === 0 ? 'none' : `more than ${plural(MOST_BACKFILLED, 'time')}`;
    throw new SwarmError(
      `expected 1 to ${MOST_BACKFILLED} times of schedule ${name} between ${range.from} and ${range.to}, found ${found}`,
    );
  }
  return times.map((time) => ({
    event: 'firing.requested',
    at: isoOf(now),
    firing: `${name}@${isoOf(time)}#${id}`,
    trigger: 'schedule',
    name,
    origin: 'backfill',
    scheduledFor: isoOf(time),
    by,
    overlap: range.overlap,
    delivery: null,
  }));
}

function parseTime(text: string, option: string): number {
  const time = Date.parse(text);
  if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(time)) return time;
  throw new SwarmError(
    `${option}: expected a time such as 2026-11-23 or 2026-11-23T09:00Z, found "${text}"`,
  );
}
