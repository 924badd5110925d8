import type { Task } from '../schema/plan.ts';
import type { TaskStatus } from '../schema/status.ts';
import { type Attempt, attemptStatus } from './attempt.ts';

export interface TaskState {
  plan: Task;
  /** Accepted attempts, oldest first. */
  attempts: Attempt[];
  log: Checkpoint[];
}

export interface Checkpoint {
  at: string;
  attempt: number;
  percent: number;
  message: string;
}

export type Tasks = ReadonlyMap<string, TaskState>;

/**
 * The status of every task. It is derived, never stored: that of the latest attempt, and for a task
 * without one `pending`, or `cancelled` when something that it needs can no longer complete.
 */
export function taskStatuses(tasks: Tasks): Map<string, TaskStatus> {
  const statuses = new Map<string, TaskStatus>();
  const statusOf = (id: string): TaskStatus => {
    const known = statuses.get(id);
    if (known) return known;
    const task = tasks.get(id);
    const attempt = task?.attempts.at(-1);
    const status = attempt
      ? attemptStatus(attempt)
      : task?.plan.needs.some((need) => isDeadEnd(statusOf(need)))
        ? 'cancelled'
        : 'pending';
    statuses.set(id, status);
    return status;
  };
  for (const id of tasks.keys()) statusOf(id);
  return statuses;
}

/** The first task that `task` needs and that can no longer complete. */
export function deadNeed(task: TaskState, statuses: ReadonlyMap<string, TaskStatus>) {
  return task.plan.needs.find((need) => isDeadEnd(statuses.get(need)));
}

export function isDeadEnd(status: TaskStatus | undefined): boolean {
  return status === 'failed' || status === 'cancelled';
}

export function isSettled(status: TaskStatus): boolean {
  return status === 'completed' || isDeadEnd(status);
}
