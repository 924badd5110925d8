import type { RunState } from './run-state.ts';

/** How the client says that a limit of the subscription is reached, and when it ends. */
const LIMIT =
  /\byou'?(?:'?ve| have) (?:hit|reached) your [\w $.-]*limit\b(?:.*?\bresets? (?:at |on )?(?<end>.+))?/i;
const DAY = /\b(?<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* (?<day>\d{1,2})\b/i;
const TIME = /\b(?<hour>\d{1,2})(?::(?<minute>\d\d))? ?(?<half>am|pm)\b/i;
const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');

/** Assumed if the client does not say when a limit ends; milliseconds. */
const UNKNOWN_MS = 3_600_000;

/**
 * When a usage limit ends, according to the client's message, which names the local time.
 * @param now ISO 8601
 * @returns ISO 8601; null if the message is not about a usage limit
 */
export function usageLimitEnd(message: string | null, now: string): string | null {
  const limit = LIMIT.exec(message?.replaceAll('’', "'") ?? '');
  if (!limit) return null;
  const end = limit.groups?.end ?? '';
  const time = TIME.exec(end)?.groups;
  const unknown = new Date(Date.parse(now) + UNKNOWN_MS).toISOString();
  if (!time) return unknown;
  const date = new Date(now);
  const hour = (Number(time.hour) % 12) + (time.half?.toLowerCase() === 'pm' ? 12 : 0);
  date.setHours(hour, Number(time.minute ?? 0), 0, 0);
  const day = DAY.exec(end)?.groups;
  if (day) date.setMonth(MONTHS.indexOf(day.month?.toLowerCase() ?? ''), Number(day.day));
  if (date.toISOString() > now) return date.toISOString();
  if (day) date.setFullYear(date.getFullYear() + 1);
  else date.setDate(date.getDate() + 1);
  return date.toISOString();
}

/**
 * Until when a limit applies of which a share is used.
 * @param limits with what of each is used, from 0 to 100 percent, and when it is reset
 * @param stopAt the share, from 0 to 1
 * @returns ISO 8601, of several limits the latest end; null if none is used so far
 */
export function limitReached(
  limits: readonly { percentUsed: number; resetsAt?: string | undefined }[],
  stopAt: number,
  now: string,
): string | null {
  const ends = limits.flatMap(({ percentUsed, resetsAt }) => {
    if (percentUsed / 100 < stopAt) return [];
    const end = Date.parse(resetsAt ?? '') || Date.parse(now) + UNKNOWN_MS;
    return end > Date.parse(now) ? end : [];
  });
  return ends.length > 0 ? new Date(Math.max(...ends)).toISOString() : null;
}

/** Until when nothing may be launched, as far as the ledger goes; null if there is no limit. */
export function limitAhead({ limitedUntil, lastEventAt }: RunState): string | null {
  return limitedUntil !== null && lastEventAt < limitedUntil ? limitedUntil : null;
}

/**
 * Whether a conversation is woken once the usage limit ends: the configuration wants that, and the
 * reset was no further away.
 */
export function isResetAwaited({
  limitedUntil,
  limitedSince,
  opened,
  supervision,
}: RunState): boolean {
  const { wait } = opened.policy.usageLimit;
  if (wait === null || limitedUntil === null || limitedSince === null) return false;
  if (supervision.options !== null) return false;
  return Date.parse(limitedUntil) - Date.parse(limitedSince) <= wait;
}

/** Whether a usage limit that is waited for has passed, and no event says so yet. */
export function isResetDue(state: RunState, now: string): boolean {
  const limit = isResetAwaited(state) ? limitAhead(state) : null;
  return limit !== null && limit <= now;
}

/** A time that may be days away: `2026-11-28 03:20 UTC`. @param at ISO 8601 */
export function describeTime(at: string): string {
  return `${at.slice(0, 16).replace('T', ' ')} UTC`;
}
