import type { Task } from '../plan/plan-schema.ts';
import { retryTime } from './retry-policy.ts';
import { freeSlots, type RunState, type TaskState } from './run-state.ts';
import { isInterrupted, taskStatuses } from './task-status.ts';
import { limitAhead } from './usage-limit.ts';

/** The tasks to launch now, in plan order: their needs are completed, a slot is free, and no usage limit applies. */
export function readyTasks(state: RunState): Task[] {
  if (limitAhead(state)) return [];
  return launchableTasks(state)
    .map((task) => task.plan)
    .slice(0, freeSlots(state));
}

/**
 * The ready tasks that a conversation is told to launch: none while a supervisor executes the run,
 * or until the person asks for it.
 */
export function tasksToLaunch(state: RunState): Task[] {
  return state.supervision.current || state.pause ? [] : readyTasks(state);
}

/**
 * The interrupted agent that can continue a task. The session that launched it still holds its
 * context, so a message there resumes it.
 * @returns its id; null when the task needs a new agent
 */
export function agentToContinue(state: RunState, task: string): string | null {
  const attempt = state.tasks.get(task)?.attempts.at(-1);
  const isReachable =
    attempt?.agentId &&
    attempt.session === state.session &&
    attempt.gates.length === 0 &&
    attempt.resumeDecision?.continuesWith !== 'new-agent' &&
    isInterrupted(state, attempt);
  return isReachable ? attempt.agentId : null;
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
    const at = latestOf(retryTime(state.opened, task), state.limitedUntil);
    if (at === null || at <= now) due.push(task);
    else if (nextDueAt === null || at < nextDueAt) nextDueAt = at;
  }
  return { due, nextDueAt };
}

function latestOf(...times: (string | null)[]): string | null {
  return times.reduce((latest, time) => (time && time > (latest ?? '') ? time : latest), null);
}

function launchableTasks(state: RunState): TaskState[] {
  const statuses = taskStatuses(state);
  return [...state.tasks.values()].filter(
    ({ plan }) =>
      statuses.get(plan.id) === 'pending' &&
      plan.needs.every((need) => statuses.get(need) === 'completed'),
  );
}
