import { silentAttempts } from '../run/heartbeat.ts';
import { overdueAttempts } from '../run/status-document.ts';
import { appendToRun, catchUp, type LoadedRun } from '../store/run-handle.ts';

/**
 * Enters the attempts whose time is over, so that their tasks go on without them, and those that
 * gave no sign of life for too long.
 * @returns whether there were any
 */
export function recordPassedTimes(run: LoadedRun, now: string): boolean {
  catchUp(run);
  const events = [
    ...overdueAttempts(run.state, now).map(
      ({ id }) => ({ event: 'attempt.timed_out', at: now, attempt: id }) as const,
    ),
    ...silentAttempts(run.state, now).map(
      ({ id }) => ({ event: 'attempt.stalled', at: now, attempt: id }) as const,
    ),
  ];
  if (events.length > 0) appendToRun(run, events);
  return events.length > 0;
}
