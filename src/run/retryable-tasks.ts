import { decidingAttempt } from './attempt.ts';
import { pendingGate } from './gate.ts';
import type { RunState, TaskState } from './run-state.ts';
import { deadNeed, statusByItself, type taskStatuses } from './task-status.ts';

/** What retrying a whole run would do. */
export interface RetryableTasks {
  /** Tasks that failed or were cancelled themselves; those that need them become pending with them. */
  again: string[];
  /** Tasks whose command a person denied: each needs a decision of its own whether to retry it. */
  denied: string[];
}

export function retryableTasks(state: RunState): RetryableTasks {
  const dead = [...state.tasks.values()].filter((task) => isDeadByItself(state, task));
  return {
    again: dead.filter((task) => !wasDenied(task)).map(({ plan }) => plan.id),
    denied: dead.filter(wasDenied).map(({ plan }) => plan.id),
  };
}

function isDeadByItself(state: RunState, task: TaskState): boolean {
  const status = statusByItself(state, task);
  return status === 'failed' || status === 'cancelled';
}

function wasDenied({ attempts }: TaskState): boolean {
  const attempt = decidingAttempt(attempts);
  return attempt !== undefined && pendingGate(attempt)?.status === 'denied';
}

/**
 * The task because of which another one was cancelled without a request: among those that it needs,
 * directly or not, one that failed or was cancelled itself.
 * @returns undefined if no needed task prevents it from completing
 */
export function deadRoot(
  state: RunState,
  task: TaskState,
  statuses: ReturnType<typeof taskStatuses>,
): string | undefined {
  const need = state.tasks.get(deadNeed(task, statuses) ?? '');
  if (!need) return undefined;
  return isDeadByItself(state, need) ? need.plan.id : deadRoot(state, need, statuses);
}
