import type { TaskStatusEntry } from '../run/status-schema.ts';
import { formatDuration, formatLimit } from '../text/format.ts';

/**
 * `1m 02s of 10m` while a task is running, its duration when it has ended, empty before its start.
 * @param now milliseconds since the epoch
 */
export function taskTime({ startedAt, endedAt, deadlineAt }: TaskStatusEntry, now: number): string {
  if (!startedAt) return '';
  const start = Date.parse(startedAt);
  const elapsed = formatDuration((endedAt ? Date.parse(endedAt) : now) - start);
  return deadlineAt ? `${elapsed} of ${formatLimit(Date.parse(deadlineAt) - start)}` : elapsed;
}
