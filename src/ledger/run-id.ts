const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';

/**
 * An id such as `20261122-181530-412k7x`: UTC to the millisecond, so that ids sort by time, and
 * three random characters.
 * @param random numbers from 0 to 1
 */
export function newRunId(now: Date, random: () => number): string {
  const [date, time] = now.toISOString().replace(/[-:Z]/g, '').split('T');
  const [seconds, milliseconds] = (time ?? '').split('.');
  const suffix = Array.from({ length: 3 }, () => ALPHABET[Math.floor(random() * ALPHABET.length)]);
  return `${date}-${seconds}-${milliseconds}${suffix.join('')}`;
}
