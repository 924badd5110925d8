import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';
import type { StatusDocument, TaskStatus, TaskStatusEntry } from '../schema/status.ts';
import { formatDuration, progressBar } from './format.ts';
import { toPlainLine } from './plain-text.ts';
import { outcomeLine, STATUS_ICONS, statusWord } from './render-summary.ts';
import { formatUsage } from './usage.ts';

export type Color = 'bold' | 'dim' | 'gray' | 'cyan' | 'yellow' | 'green' | 'red';

export interface StatusView {
  /** Width in columns; longer lines are cut. */
  columns: number;
  /** Milliseconds since the epoch, for what is still at work. */
  now: number;
  paint(color: Color, text: string): string;
}

const COLORS: Record<TaskStatus, Color> = {
  pending: 'gray',
  working: 'cyan',
  input_required: 'yellow',
  completed: 'green',
  failed: 'red',
  cancelled: 'gray',
};

/** The status of a run for a terminal: one line for the run, one for each task. */
export function renderStatus(status: StatusDocument, view: StatusView): string {
  const idWidth = Math.max(...status.tasks.map((task) => task.id.length));
  const timeWidth = Math.max(7, ...status.tasks.map((task) => timeOf(task, view.now).length));
  const elapsed = formatDuration(
    (status.endedAt ? Date.parse(status.endedAt) : view.now) - Date.parse(status.startedAt),
  );
  const outcome = view.paint(
    COLORS[status.status],
    `${STATUS_ICONS[status.status]} ${statusWord(status.status)}`,
  );
  const lines = [
    view.paint('bold', toPlainLine(status.goal, 500)),
    `${outcome} ${outcomeLine(status)}${status.endedAt ? '' : `, ${elapsed}`}  ${view.paint('dim', status.run)}`,
    '',
    ...status.tasks.map((task) => renderTask(task, { idWidth, timeWidth }, view)),
    ...(status.usage ? ['', view.paint('dim', `used ${formatUsage(status.usage)}`)] : []),
  ];
  return lines.map((line) => cliTruncate(line, view.columns)).join('\n');
}

function renderTask(
  task: TaskStatusEntry,
  { idWidth, timeWidth }: { idWidth: number; timeWidth: number },
  view: StatusView,
): string {
  const color = COLORS[task.status];
  const bar = progressBar(task.percent, 10);
  const percent = `${task.percent}%`.padStart(4);
  const time = timeOf(task, view.now).padStart(timeWidth);
  const attempts = task.attempts > 1 ? `attempt ${task.attempts} ` : '';
  const id = task.id + ' '.repeat(Math.max(0, idWidth - stringWidth(task.id)));
  return `${view.paint(color, STATUS_ICONS[task.status])} ${id} ${view.paint(color, bar)} ${percent} ${time}  ${attempts}${textOf(task)}`;
}

function timeOf(task: TaskStatusEntry, now: number): string {
  if (!task.startedAt) return '';
  const start = Date.parse(task.startedAt);
  const elapsed = formatDuration((task.endedAt ? Date.parse(task.endedAt) : now) - start);
  if (!task.deadlineAt) return elapsed;
  const limit = formatDuration(Date.parse(task.deadlineAt) - start).replace(/ 00[sm]$/, '');
  return `${elapsed}/${limit}`;
}

function textOf(task: TaskStatusEntry): string {
  if (task.error) return toPlainLine(`${task.error.category}: ${task.error.message}`, 300);
  if (task.status === 'pending')
    return task.needs.length > 0 ? `${task.title} (needs ${task.needs.join(', ')})` : task.title;
  if (task.status === 'completed')
    return task.reusedFrom ? `${task.title} (reused from ${task.reusedFrom})` : task.title;
  return toPlainLine(task.message ?? task.title, 300);
}
