import { Cron } from 'croner';

/**
 * The times of a cron expression in a time zone, in milliseconds since 1970. Where the clock is set
 * forward, a time that does not exist is moved to the first one after the gap. Where it is set back,
 * a fixed time is taken once, and an expression with `*` or a step in its hours is followed through
 * both of them (croner 11).
 */
export interface CronTimes {
  /** The first time after a moment; null if there is none. */
  next(after: number): number | null;
  /** The last time before a moment; null if there is none. */
  previous(before: number): number | null;
}

/**
 * @param cron five fields, or a name such as `@daily`
 * @param timezone from the IANA database
 * @throws an error of croner that says what is wrong
 */
export function cronTimes(cron: string, timezone: string): CronTimes {
  const pattern = new Cron(cron, { timezone, mode: '5-part', paused: true });
  return {
    next: (after) => pattern.nextRun(new Date(after))?.getTime() ?? null,
    previous: (before) => pattern.previousRuns(1, new Date(before))[0]?.getTime() ?? null,
  };
}

/** The next times after a moment, at most `count`. */
export function nextTimes(times: CronTimes, after: number, count: number): number[] {
  const found: number[] = [];
  let at = times.next(after);
  while (at !== null && found.length < count) {
    found.push(at);
    at = times.next(at);
  }
  return found;
}
