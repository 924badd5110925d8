import { isEnded } from '../run/status-document.ts';
import type { StatusDocument, TaskStatusEntry } from '../run/status-schema.ts';
import { sanitizeLine } from '../text/sanitize.ts';
import { cancellation, outcomeLine, STATUS_ICONS, statusLabel } from './status-labels.ts';

/** One plain line for each change between two states of a run that matters to who watches it. */
export function describeChanges(before: StatusDocument | null, after: StatusDocument): string[] {
  const lines = describeTaskChanges(before, after);
  if (isEnded(after.status) && before?.status !== after.status) {
    lines.push(
      `${STATUS_ICONS[after.status]} run ${after.run} ${after.status}: ${outcomeLine(after)}`,
    );
  }
  return lines;
}

/** The same without the end of the run, for who tells that elsewhere. */
export function describeTaskChanges(
  before: StatusDocument | null,
  after: StatusDocument,
): string[] {
  return after.tasks.flatMap((task, index) => describeTask(before?.tasks[index], task));
}

function describeTask(before: TaskStatusEntry | undefined, after: TaskStatusEntry): string[] {
  const isNew = (before?.status ?? 'pending') !== after.status;
  const isFurther = before?.percent !== after.percent || before?.message !== after.message;
  const isStalled = after.status === 'working' && after.error !== null && before?.error === null;
  const isTold = isFurther && after.status === 'working' && after.message;
  if (!isNew && !isTold && !isStalled) return [];
  const text = sanitizeLine(describeState(after), 200);
  return [`${STATUS_ICONS[after.status]} ${after.id} ${text}`];
}

function describeState(task: TaskStatusEntry): string {
  const { status, percent, message, error, result, reusedFrom } = task;
  const word = statusLabel(status);
  if (status === 'cancelled') return cancellation(task);
  if (error) return `${word} ${error.category}: ${error.message}`;
  if (status === 'working') return message ? `${word} ${percent}% ${message}` : word;
  if (status === 'completed') {
    return `${word} ${result ?? ''}${reusedFrom ? ` (reused from ${reusedFrom})` : ''}`;
  }
  // Why it is tried again, or what it waits with.
  return message ? `${word}: ${message}` : word;
}
