import type { Task } from '../plan/plan-schema.ts';
import { retryTime } from './retry-policy.ts';
import { freeSlots, type RunState, type TaskState } from './run-state.ts';
import { taskStatuses } from './task-status.ts';

/** The tasks to launch now, in plan order: their needs are completed and a slot is free. */
export function readyTasks(state: RunState): Task[] {
  return launchableTasks(state)
    .map((task) => task.plan)
    .slice(0, freeSlots(state));
}

/**
 * The tasks that may be launched, regardless of free slots.
 * @param now ISO 8601
 * @returns those whose backoff has passed, in plan order, and when that of the next one will have
 */
export function dueTasks(
  state: RunState,
  now: string,
): { due: TaskState[]; nextDueAt: string | null } {
  const due: TaskState[] = [];
  let nextDueAt: string | null = null;
  for (const task of launchableTasks(state)) {
    const at = retryTime(state.opened, task);
    if (at === null || at <= now) due.push(task);
    else if (nextDueAt === null || at < nextDueAt) nextDueAt = at;
  }
  return { due, nextDueAt };
}

function launchableTasks(state: RunState): TaskState[] {
  const statuses = taskStatuses(state);
  return [...state.tasks.values()].filter(
    ({ plan }) =>
      statuses.get(plan.id) === 'pending' &&
      plan.needs.every((need) => statuses.get(need) === 'completed'),
  );
}
