import type { Task } from '../schema/plan.ts';
import { freeSlots, type RunState } from './run-state.ts';
import { taskStatuses } from './task-status.ts';

/** The tasks to launch now, in plan order: what they need is completed and a slot is free. */
export function readyTasks(state: RunState): Task[] {
  const statuses = taskStatuses(state);
  return [...state.tasks.values()]
    .map((task) => task.plan)
    .filter(
      (plan) =>
        statuses.get(plan.id) === 'pending' &&
        plan.needs.every((need) => statuses.get(need) === 'completed'),
    )
    .slice(0, freeSlots(state));
}
