const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';

/**
 * Makes an id such as `20261122-181530-412k7x`: the time in UTC to the millisecond, so that ids sort by
 * time, and three random characters.
 * @param random gives numbers from 0 (inclusive) to 1 (exclusive)
 */
export function newRunId(now: Date, random: () => number): string {
  const [date, time] = now.toISOString().replace(/[-:Z]/g, '').split('T');
  const [seconds, milliseconds] = (time ?? '').split('.');
  const suffix = Array.from({ length: 3 }, () => ALPHABET[Math.floor(random() * ALPHABET.length)]);
  return `${date}-${seconds}-${milliseconds}${suffix.join('')}`;
}
