import type { StatusDocument, TaskStatusEntry } from '../run/status-schema.ts';
import { cancellation, outcomeLine, STATUS_ICONS, taskLabel } from './status-labels.ts';

/** A change of a run that people who watch it are told about. */
export type RunChange =
  /** A task with a new status or message, or one that has just stalled. */
  | { kind: 'task'; task: TaskStatusEntry; hasNewStatus: boolean }
  | { kind: 'end'; status: StatusDocument };

/**
 * What changed between two states of a run, in plan order, then its end.
 * @param before null when the run was not watched before; tasks that have not started are left out
 */
export function changesBetween(before: StatusDocument | null, after: StatusDocument): RunChange[] {
  const changes = after.tasks.flatMap((task, index) => taskChange(before?.tasks[index], task));
  const hasEnded = after.endedAt !== null && before?.status !== after.status;
  return hasEnded ? [...changes, { kind: 'end', status: after }] : changes;
}

function taskChange(before: TaskStatusEntry | undefined, task: TaskStatusEntry): RunChange[] {
  const isWorking = task.status === 'working';
  const hasNewStatus = (before?.status ?? 'pending') !== task.status;
  const hasProgress = before?.percent !== task.percent || before?.message !== task.message;
  const hasNewMessage = isWorking && hasProgress && Boolean(task.message);
  const hasStalled = isWorking && task.error !== null && before?.error === null;
  return hasNewStatus || hasNewMessage || hasStalled ? [{ kind: 'task', task, hasNewStatus }] : [];
}

/** Whether a change is worth interrupting someone for: a failure, a pending approval, the end. */
export function needsAttention(change: RunChange): boolean {
  if (change.kind === 'end') return true;
  const { status } = change.task;
  return change.hasNewStatus && (status === 'failed' || status === 'input_required');
}

/**
 * A change in one line.
 * @param clean makes an agent's text safe for the place where it is shown
 */
export function describeChange(change: RunChange, clean: (text: string) => string): string {
  if (change.kind === 'end') {
    const { status, run } = change.status;
    return `${STATUS_ICONS[status]} run ${run} ${status}: ${outcomeLine(change.status)}`;
  }
  const { task } = change;
  return `${STATUS_ICONS[task.status]} ${task.id} ${clean(describeTask(task))}`;
}

function describeTask(task: TaskStatusEntry): string {
  const { status, percent, message, error, result, reusedFrom } = task;
  const label = taskLabel(task);
  if (status === 'cancelled') return cancellation(task);
  if (error) return `${label} (${error.category}): ${error.message}`;
  if (status === 'working') {
    const where = task.machine ? ` on ${task.machine}` : '';
    return message ? `${label}${where} ${percent}% ${message}` : `${label}${where}`;
  }
  if (status === 'completed') {
    return `${label} ${result ?? ''}${reusedFrom ? ` (reused from ${reusedFrom})` : ''}`;
  }
  // Why a pending task runs again, or the command that needs approval.
  return message ? `${label}: ${message}` : label;
}
