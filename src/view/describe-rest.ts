import type { StatusDocument } from '../run/status-schema.ts';
import { formatDuration } from '../text/format.ts';

/**
 * `, about 3m 20s left`, for a view whose clock runs; empty if nothing is known, or the run takes
 * longer than earlier ones.
 * @param now milliseconds since the epoch
 */
export function describeRest({ expectedEndAt }: StatusDocument, now: number): string {
  const left = expectedEndAt === null ? 0 : Date.parse(expectedEndAt) - now;
  return left > 0 ? `, about ${formatDuration(left)} left` : '';
}
