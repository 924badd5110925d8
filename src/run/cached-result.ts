import type { LedgerEvent } from '../ledger/events.ts';
import { newAttempt, recordEnd, recordReport } from './attempt.ts';
import type { RunState } from './run-state.ts';
import { taskStatuses } from './task-status.ts';

/**
 * Enters a report of an earlier run as that of a task. It counts like an attempt that reported, if
 * the task could have been launched at this place in the ledger.
 */
export function applyCachedResult(
  state: RunState,
  event: Extract<LedgerEvent, { event: 'task.reused' }>,
): void {
  const { at, attempt: id, key, from: reusedFrom, report, abstract } = event;
  const task = state.tasks.get(event.task);
  const statuses = taskStatuses(state);
  if (!task || state.attempts.has(id) || statuses.get(event.task) !== 'pending') return;
  if (task.plan.needs.some((need) => statuses.get(need) !== 'completed')) return;
  const attempt = newAttempt({
    id,
    task: event.task,
    session: id,
    key,
    reusedFrom,
    number: task.attempts.length + 1,
    launchedAt: at,
    startedAt: at,
    percent: 100,
  });
  state.attempts.set(id, attempt);
  task.attempts.push(attempt);
  recordReport(attempt, 'explicitReport', { at, report, abstract });
  recordEnd(attempt, { at, outcome: 'reported', category: null, message: null });
}
