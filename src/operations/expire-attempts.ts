import { missedHeartbeats } from '../run/heartbeat.ts';
import { overdueAttempts } from '../run/status-document.ts';
import { commit } from '../store/commit.ts';
import type { Host } from '../store/host.ts';
import { type RunHandle, refresh } from '../store/run-handle.ts';

/**
 * Enters the attempts whose time is over, so that their tasks go on without them, and those that
 * gave no sign of life for too long.
 * @returns whether there were any
 */
export function expireAttempts(run: RunHandle, host: Host): boolean {
  const now = host.now();
  refresh(run);
  const events = [
    ...overdueAttempts(run.state, now).map(
      ({ id }) => ({ event: 'attempt.timed_out', at: now, attempt: id }) as const,
    ),
    ...missedHeartbeats(run.state, now).map(
      ({ id }) => ({ event: 'attempt.stalled', at: now, attempt: id }) as const,
    ),
  ];
  if (events.length > 0) commit(run, events, host);
  return events.length > 0;
}
