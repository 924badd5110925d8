import type { TierPolicy } from '../config/policy-schema.ts';
import type { ErrorCategory } from '../ledger/error-category.ts';
import type { RunOpened } from '../ledger/events.ts';
import { type Attempt, failureOf } from './attempt.ts';
import type { TaskState } from './run-state.ts';

/** Which failures are retried: not those that may do harm when repeated, or cannot succeed. */
const IS_RETRIED: Record<ErrorCategory, boolean> = {
  transient: true,
  timeout: true,
  stalled: true,
  empty: true,
  lost: true,
  check: true,
  limit: true,
  fatal: false,
  denied: false,
};

/** Whether a task whose latest attempt did not complete is retried without being asked to. */
export function mayRetry(opened: RunOpened, task: TaskState): boolean {
  const latest = task.attempts.at(-1);
  const end = latest?.end;
  // Whoever removed the report may not want to pay for the work again.
  if (!end || latest.isReportLost) return false;
  // The agent did not fail; its client ended. That uses up no attempt.
  if (end.outcome === 'interrupted' || latest.limitedUntil) return true;
  const { maximumAttempts } = opened.policy.tiers[task.plan.tier].retry;
  const category = failureOf(latest)?.category ?? 'empty';
  return IS_RETRIED[category] && countFailures(task) < maximumAttempts;
}

/** Interrupted attempts, and those that a usage limit or a gate ended, have not failed. */
function countFailures(task: TaskState): number {
  return task.attempts.filter(
    (attempt) =>
      attempt.end &&
      attempt.end.outcome !== 'interrupted' &&
      !attempt.limitedUntil &&
      !endedAtGate(attempt),
  ).length;
}

function endedAtGate({ gates }: Attempt): boolean {
  return gates.some((gate) => gate.where === 'command-line' && gate.status !== 'denied');
}

/**
 * When the next attempt of a task may start.
 * @returns ISO 8601; null if it may start at once
 */
export function retryTime(opened: RunOpened, task: TaskState): string | null {
  const latest = task.attempts.at(-1);
  if (!latest?.end || latest.end.outcome === 'interrupted') return null;
  if (latest.limitedUntil) return latest.limitedUntil;
  const { length } = task.attempts;
  if (task.retryRequestedAfter === length || task.rerunRequestedAfter === length) return null;
  if (endedAtGate(latest)) return null;
  const delay = backoff(opened.policy.tiers[task.plan.tier].retry, countFailures(task), latest.id);
  return new Date(Date.parse(latest.end.at) + delay).toISOString();
}

/**
 * Exponential backoff with jitter, in milliseconds.
 * @param failures how many attempts have failed, at least 1
 * @param seed of the jitter, so that all readers of a ledger derive the same delay
 */
export function backoff(retry: TierPolicy['retry'], failures: number, seed: string): number {
  const interval = retry.initialInterval * retry.backoffCoefficient ** (failures - 1);
  return Math.round(Math.min(interval, retry.maximumInterval) * (0.75 + fraction(seed) / 2));
}

/** A number from 0 to 1 that depends only on a text (FNV-1a, 32 bits). */
function fraction(seed: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(seed)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash / 2 ** 32;
}
