import { decidingAttempt } from './attempt.ts';
import { pendingGate } from './gate.ts';
import type { RunState, TaskState } from './run-state.ts';
import { deadNeed, statusByItself, type taskStatuses } from './task-status.ts';

/** What trying a whole run again would do. */
export interface RetryableTasks {
  /** Those that failed or were cancelled themselves; what needs them comes back with them. */
  again: string[];
  /** Those whose command a person denied: whether to go on without it is decided for each alone. */
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
 * The task behind a cancellation that nobody asked for: of those that it needs, directly or not, one
 * that failed or was cancelled itself.
 * @returns undefined when nothing that it needs keeps it from going on
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
