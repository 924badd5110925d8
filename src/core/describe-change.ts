import type { StatusDocument, TaskStatusEntry } from '../schema/status.ts';
import { toPlainLine } from './plain-text.ts';
import { isEnded } from './status-document.ts';
import { outcomeLine, STATUS_ICONS, statusWord } from './status-words.ts';

/** One plain line for each change between two states of a run that matters to who watches it. */
export function describeChanges(before: StatusDocument | null, after: StatusDocument): string[] {
  const lines = after.tasks.flatMap((task, index) => describeTask(before?.tasks[index], task));
  if (isEnded(after.status) && before?.status !== after.status) {
    lines.push(
      `${STATUS_ICONS[after.status]} run ${after.run} ${after.status}: ${outcomeLine(after)}`,
    );
  }
  return lines;
}

function describeTask(before: TaskStatusEntry | undefined, after: TaskStatusEntry): string[] {
  const isNew = (before?.status ?? 'pending') !== after.status;
  const isFurther = before?.percent !== after.percent || before?.message !== after.message;
  const isStalled = after.status === 'working' && after.error !== null && before?.error === null;
  const isTold = isFurther && after.status === 'working' && after.message;
  if (!isNew && !isTold && !isStalled) return [];
  const details = [
    after.status === 'working' && after.message ? `${after.percent}% ${after.message}` : '',
    after.error ? `${after.error.category}: ${after.error.message}` : '',
    ['cancelled', 'input_required'].includes(after.status) ? (after.message ?? '') : '',
    after.status === 'completed' ? (after.result ?? '') : '',
    after.reusedFrom ? `(reused from ${after.reusedFrom})` : '',
  ];
  const text = toPlainLine(details.join(' '), 200);
  return [
    `${STATUS_ICONS[after.status]} ${after.id} ${statusWord(after.status)} ${text}`.trimEnd(),
  ];
}
