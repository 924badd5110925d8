import { type Attempt, attemptStatus, decidingAttempt } from './attempt.ts';
import { isOutOfBudget } from './budget.ts';
import { type DecidingGate, openSessionGate, pendingGate } from './gate.ts';
import { mayRetry } from './retry-policy.ts';
import type { RunState, TaskState } from './run-state.ts';
import type { TaskStatus } from './status-schema.ts';

/** Whether this change of a file outside the task's `writes` is already recorded. */
export function isRecorded(task: TaskState, path: string, claimedBy: string | null): boolean {
  return task.undeclaredWrites.some((edit) => edit.path === path && edit.claimedBy === claimedBy);
}

/**
 * Derives the status of every task, in plan order. It is the status of its deciding attempt, with
 * these exceptions: `pending` without an attempt or before a retry, `input_required` while a person
 * must decide, `cancelled` on request or if a needed task can no longer complete.
 */
export function taskStatuses(state: RunState): Map<string, TaskStatus> {
  const { tasks } = state;
  const statuses = new Map<string, TaskStatus>();
  const statusOf = (id: string): TaskStatus => {
    const known = statuses.get(id);
    if (known) return known;
    const task = tasks.get(id);
    const status = task ? statusByItself(state, task) : 'pending';
    const isBlocked =
      status === 'pending' && task?.plan.needs.some((need) => isDeadEnd(statusOf(need)));
    statuses.set(id, isBlocked ? 'cancelled' : status);
    return isBlocked ? 'cancelled' : status;
  };
  for (const id of tasks.keys()) statusOf(id);
  return statuses;
}

/** Whether a task is pending only because the session of its latest attempt ended. */
export function isInterrupted(state: RunState, attempt: Attempt): boolean {
  return (
    attempt.end?.outcome === 'interrupted' &&
    state.tasks.get(attempt.task)?.attempts.at(-1) === attempt &&
    taskStatuses(state).get(attempt.task) === 'pending'
  );
}

/**
 * The status of a task, regardless of the tasks that it needs. In a conversation, a task that would
 * be launched next has failed if the budget is spent.
 */
export function statusByItself(state: RunState, task: TaskState): TaskStatus {
  return isEndedByBudget(state, task) ? 'failed' : statusWithinBudget(state, task);
}

/** Whether a task has failed only because the budget of its run is spent. */
export function isEndedByBudget(state: RunState, task: TaskState): boolean {
  return isOutOfBudget(state) && statusWithinBudget(state, task) === 'pending';
}

function statusWithinBudget(state: RunState, task: TaskState): TaskStatus {
  const attempt = decidingAttempt(task.attempts);
  const status = attempt ? attemptStatus(attempt) : 'pending';
  if (status === 'working') return attempt && openSessionGate(attempt) ? 'input_required' : status;
  if (task.rerunRequestedAfter === task.attempts.length) return 'pending';
  // What an agent reported before a person decided is not a result.
  const gate = attempt && pendingGate(attempt);
  if (status === 'completed' && !gate) return status;
  if (task.retryRequestedAfter === task.attempts.length) return 'pending';
  if (task.cancelRequestedAt !== null) return 'cancelled';
  if (gate) return STATUS_AT_GATE[gate.status];
  if (status === 'cancelled') return status;
  if (status === 'pending' || mayRetry(state.opened, task)) return 'pending';
  return 'failed';
}

/** The status of a task whose agent stopped at a gate. */
const STATUS_AT_GATE: Record<DecidingGate['status'], TaskStatus> = {
  asked: 'input_required',
  approved: 'pending',
  denied: 'failed',
};

/** The id of the first needed task that can no longer complete. */
export function deadNeed(task: TaskState, statuses: ReadonlyMap<string, TaskStatus>) {
  return task.plan.needs.find((need) => isDeadEnd(statuses.get(need)));
}

function isDeadEnd(status: TaskStatus | undefined): boolean {
  return status === 'failed' || status === 'cancelled';
}

/** Whether a task is completed, failed or cancelled. */
export function isFinished(status: TaskStatus): boolean {
  return status === 'completed' || isDeadEnd(status);
}
