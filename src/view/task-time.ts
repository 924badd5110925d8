import type { TaskStatusEntry } from '../run/status-schema.ts';
import { formatDuration, formatLimit } from '../text/format.ts';

/**
 * `1m 02s of 10m` while a task is running, its duration when it has ended, empty before its start.
 * @param now milliseconds since the epoch; null if nobody works on the run, so that no time runs
 */
export function taskTime(
  { startedAt, endedAt, deadlineAt }: TaskStatusEntry,
  now: number | null,
): string {
  const until = endedAt ? Date.parse(endedAt) : now;
  if (!startedAt || until === null) return '';
  const start = Date.parse(startedAt);
  const elapsed = formatDuration(until - start);
  return deadlineAt ? `${elapsed} of ${formatLimit(Date.parse(deadlineAt) - start)}` : elapsed;
}
