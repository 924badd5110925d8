import { type Attempt, attemptStart, isRunning } from './attempt.ts';
import { unionLength } from './clock-jumps.ts';
import { openSessionGate } from './gate.ts';
import { isQueued } from './pools/attempt-place.ts';
import { idleOf, type RunState } from './run-state.ts';

/**
 * Heartbeats of agents are tool calls, checkpoints, reports, and the output of a worker. An agent
 * without one for the `heartbeatTimeout` of its tier is stalled until the next one, which is no
 * failure. An agent that is waiting for a person's answer, or for its checks, is never stalled.
 */

/** To keep the ledger short, at most this many heartbeats are recorded within one timeout. */
const RECORDED_PER_TIMEOUT = 4;

/** Milliseconds without a heartbeat after which an attempt is stalled; null means never. */
function heartbeatTimeout(state: RunState, attempt: Attempt): number | null {
  const task = state.tasks.get(attempt.task);
  return task ? state.opened.policy.tiers[task.plan.tier].heartbeatTimeout : null;
}

function lastHeartbeat(attempt: Attempt): string {
  const { lastSeenAt, resumedAt, checks } = attempt;
  const answers = attempt.gates.flatMap(({ where, decidedAt }) =>
    where === 'session' && decidedAt !== null ? decidedAt : [],
  );
  const start = attemptStart(attempt);
  const others = [lastSeenAt, resumedAt, checks.endedAt].map((at) => at ?? start);
  return [...others, ...answers].sort().at(-1) ?? start;
}

function mayStall(attempt: Attempt): boolean {
  const isChecked = attempt.checks.runningSince !== null;
  return isRunning(attempt) && !isQueued(attempt) && !openSessionGate(attempt) && !isChecked;
}

/** Whether the ledger shows a running attempt as stalled. */
export function isStalled(attempt: Attempt): boolean {
  const { stalledAt } = attempt;
  return mayStall(attempt) && stalledAt !== null && stalledAt > lastHeartbeat(attempt);
}

/**
 * When a running attempt becomes stalled, unless there is a heartbeat before.
 * @returns ISO 8601; null if it cannot become stalled, or already is
 */
export function stallTime(state: RunState, attempt: Attempt): string | null {
  const timeout = heartbeatTimeout(state, attempt);
  const mayHaveEnded = idleOf(state, attempt.agentId) !== null;
  if (timeout === null || mayHaveEnded || !mayStall(attempt) || isStalled(attempt)) return null;
  const last = Date.parse(lastHeartbeat(attempt));
  return new Date(last + timeout + unionLength(state.clockJumps, last)).toISOString();
}

/** The attempts that must be recorded as stalled now. @param now ISO 8601 */
export function missedHeartbeats(state: RunState, now: string): Attempt[] {
  return [...state.attempts.values()].filter((attempt) => {
    const at = stallTime(state, attempt);
    return at !== null && at <= now;
  });
}

/** Whether a heartbeat at this time must be recorded. @param now ISO 8601 */
export function isHeartbeatDue(state: RunState, attempt: Attempt, now: string): boolean {
  if (!isRunning(attempt)) return false;
  const timeout = heartbeatTimeout(state, attempt);
  if (timeout === null) return false;
  const silence = Date.parse(now) - Date.parse(lastHeartbeat(attempt));
  return isStalled(attempt) || silence >= timeout / RECORDED_PER_TIMEOUT;
}

/**
 * Stalled attempts that the orchestrator has not been told about. Workers are left out: they are not
 * its agents, and `swarm run` prints when they stall.
 */
export function unreportedStalls(state: RunState): Attempt[] {
  return [...state.attempts.values()].filter(
    (attempt) =>
      !attempt.worker &&
      isStalled(attempt) &&
      (attempt.stallReportedAt ?? '') < (attempt.stalledAt ?? ''),
  );
}
