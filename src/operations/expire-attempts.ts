import type { LedgerEvent } from '../ledger/events.ts';
import type { Span } from '../run/clock-jumps.ts';
import { missedHeartbeats } from '../run/heartbeat.ts';
import type { RunState } from '../run/run-state.ts';
import { overdueAttempts } from '../run/status-document.ts';
import { isResetDue } from '../run/usage-limit.ts';
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
 * Records timed-out and stalled attempts, so that their tasks can proceed, and the end of a usage
 * limit that is waited for.
 * @returns whether there were any
 */
export function expireAttempts(run: RunHandle, host: Host): boolean {
  const now = host.now();
  refresh(run);
  const overdue = overdueAttempts(run.state, now);
  const events = [
    ...endOfLimit(run.state, now),
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

/**
 * Lets a conversation proceed whose usage limit has passed, if the configuration wants that. Any
 * event after the reset does it, so of several watching processes one is enough.
 */
function endOfLimit(state: RunState, at: string): LedgerEvent[] {
  const { session } = state;
  if (session === null || !isResetDue(state, at)) return [];
  return [{ event: 'run.adopted', at, session }];
}
