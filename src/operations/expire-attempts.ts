import type { Span } from '../run/clock-jumps.ts';
import { missedHeartbeats } from '../run/heartbeat.ts';
import { overdueAttempts } from '../run/status-document.ts';
import { commit } from '../store/commit.ts';
import type { Host } from '../store/host.ts';
import { type RunHandle, refresh } from '../store/run-handle.ts';
import { endsOfIdle } from './record-idle.ts';

/** Records that the clock jumped, before deadlines are judged by it. */
export function recordClockJump(run: RunHandle, { from, to }: Span, host: Host): void {
  const time = (ms: number) => new Date(ms).toISOString();
  commit(run, [{ event: 'clock.jumped', at: host.now(), from: time(from), to: time(to) }], host);
}

/**
 * Records timed-out and stalled attempts, so that their tasks can proceed.
 * @returns whether there were any
 */
export function expireAttempts(run: RunHandle, host: Host): boolean {
  const now = host.now();
  refresh(run);
  const overdue = overdueAttempts(run.state, now);
  const events = [
    ...endsOfIdle(run.state, overdue, now),
    // Has no effect on an attempt that has just ended.
    ...overdue.map(({ id }) => ({ event: 'attempt.timed_out', at: now, attempt: id }) as const),
    ...missedHeartbeats(run.state, now).map(
      ({ id }) => ({ event: 'attempt.stalled', at: now, attempt: id }) as const,
    ),
  ];
  if (events.length > 0) commit(run, events, host);
  return events.length > 0;
}
