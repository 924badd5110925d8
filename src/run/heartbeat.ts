import { type Attempt, attemptStart, isRunning } from './attempt.ts';
import { openSessionGate } from './gate.ts';
import type { RunState } from './run-state.ts';

/**
 * Signs of life of agents: every tool call, checkpoint and report, and what the stream of a worker
 * tells. An agent that gives none for the `heartbeatTimeout` of its tier is stalled, until it gives
 * the next. That is no failure. One that waits for a person's answer gives none and is not stalled.
 */

/** A sign of life is entered again after this part of the heartbeat timeout, not each time. */
const SIGNS_PER_TIMEOUT = 4;

/** Milliseconds without a sign of life after which an attempt is stalled; null never. */
function heartbeatTimeout(state: RunState, attempt: Attempt): number | null {
  const task = state.tasks.get(attempt.task);
  return task ? state.opened.policy.tiers[task.plan.tier].heartbeatTimeout : null;
}

function lastSign(attempt: Attempt): string {
  const { lastSeenAt, resumedAt } = attempt;
  const answers = attempt.gates.flatMap(({ where, decidedAt }) =>
    where === 'session' && decidedAt !== null ? decidedAt : [],
  );
  const start = attemptStart(attempt);
  return [lastSeenAt ?? start, resumedAt ?? start, ...answers].sort().at(-1) ?? start;
}

function mayStall(attempt: Attempt): boolean {
  return isRunning(attempt) && !openSessionGate(attempt);
}

/** Whether an attempt at work is stalled, as the ledger says. */
export function isStalled(attempt: Attempt): boolean {
  const { stalledAt } = attempt;
  return mayStall(attempt) && stalledAt !== null && stalledAt > lastSign(attempt);
}

/** When an attempt at work will be stalled if it gives no sign of life; null when it is already. */
export function stallTime(state: RunState, attempt: Attempt): string | null {
  const timeout = heartbeatTimeout(state, attempt);
  if (timeout === null || !mayStall(attempt) || isStalled(attempt)) return null;
  return new Date(Date.parse(lastSign(attempt)) + timeout).toISOString();
}

/** The attempts that are to be entered as stalled now. */
export function missedHeartbeats(state: RunState, now: string): Attempt[] {
  return [...state.attempts.values()].filter((attempt) => {
    const at = stallTime(state, attempt);
    return at !== null && at <= now;
  });
}

/** Whether a sign of life at this time tells enough to be entered. */
export function isHeartbeatDue(state: RunState, attempt: Attempt, now: string): boolean {
  if (!isRunning(attempt)) return false;
  const timeout = heartbeatTimeout(state, attempt);
  if (timeout === null) return false;
  const silence = Date.parse(now) - Date.parse(lastSign(attempt));
  return isStalled(attempt) || silence >= timeout / SIGNS_PER_TIMEOUT;
}

/**
 * Stalled attempts of which the orchestrator was not told since. A worker is none of its agents: who
 * started `swarm run` sees its stalls there.
 */
export function unreportedStalls(state: RunState): Attempt[] {
  return [...state.attempts.values()].filter(
    (attempt) =>
      !attempt.worker &&
      isStalled(attempt) &&
      (attempt.stallReportedAt ?? '') < (attempt.stalledAt ?? ''),
  );
}
