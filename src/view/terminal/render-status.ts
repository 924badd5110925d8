import type { StatusDocument, TaskStatusEntry } from '../../run/status-schema.ts';
import { formatUsage } from '../../run/usage.ts';
import { displayWidth } from '../../text/display-width.ts';
import { formatDuration, progressBar } from '../../text/format.ts';
import { sanitizeLine } from '../../text/sanitize.ts';
import { truncateLine } from '../../text/truncate-line.ts';
import { wrapList } from '../../text/wrap-list.ts';
import { describeRest } from '../describe-rest.ts';
import {
  attemptText,
  byAttention,
  type Color,
  INACTIVE,
  outcomeLine,
  STATUS_COLORS,
  STATUS_ICONS,
  statusLabel,
} from '../status-labels.ts';
import { taskTime } from '../task-time.ts';

export interface StatusView {
  /** Width in columns; longer lines are truncated. */
  columns: number;
  /** Milliseconds since the epoch, for running times. */
  now: number;
  /** Whether the run is `working` without a supervisor or a running agent. */
  isInactive?: boolean;
  paint(color: Color, text: string): string;
}

/** Columns below which progress bars are left out. */
const NARROW = 60;

/**
 * The status of a run for a terminal: goal, outcome, an empty line, one line per task.
 * @param rows the most lines; tasks beyond are counted, those that need attention last
 */
export function renderStatus(
  status: StatusDocument,
  view: StatusView,
  rows = Number.POSITIVE_INFINITY,
): string {
  const head = [...renderHead(status, view), ''];
  const foot = status.usage ? ['', view.paint('dim', `used ${formatUsage(status.usage)}`)] : [];
  const isWhole = head.length + status.tasks.length + foot.length <= rows;
  const tasks = isWhole ? status.tasks : mostUrgent(status.tasks, rows - head.length);
  const hidden = status.tasks.length - tasks.length;
  const lines = [
    ...head,
    ...renderTasks(tasks, view),
    ...(hidden > 0 ? [`… ${hidden} more ${hidden === 1 ? 'task' : 'tasks'}`] : []),
    ...(isWhole ? foot : []),
  ];
  return lines.map((line) => truncateLine(line, view.columns)).join('\n');
}

/** The tasks that fit into some lines, in plan order; if not all do, one line is for their number. */
function mostUrgent(tasks: readonly TaskStatusEntry[], room: number): readonly TaskStatusEntry[] {
  if (tasks.length <= room) return tasks;
  const urgent = new Set([...tasks].sort(byAttention).slice(0, Math.max(0, room - 1)));
  return tasks.filter((task) => urgent.has(task));
}

function renderTasks(tasks: readonly TaskStatusEntry[], view: StatusView): string[] {
  const idWidth = Math.max(...tasks.map((task) => task.id.length));
  const isNarrow = view.columns < NARROW;
  // Room for minutes, so that the columns do not move while the view is redrawn.
  const isMoving = tasks.some(({ deadlineAt }) => deadlineAt !== null);
  const timeRoom = isMoving && !isNarrow ? '9m 59s of 10m'.length : 0;
  const timeWidth = Math.max(timeRoom, ...tasks.map((task) => taskTime(task, view.now).length));
  return tasks.map((task) => renderTask(task, { idWidth, timeWidth, isNarrow }, view));
}

/** The goal and the outcome; an outcome that is too long for one line is wrapped, never truncated. */
function renderHead(status: StatusDocument, view: StatusView): string[] {
  const mark = view.isInactive
    ? view.paint('yellow', `${STATUS_ICONS.pending} ${INACTIVE}:`)
    : view.paint(
        STATUS_COLORS[status.status],
        `${STATUS_ICONS[status.status]} ${statusLabel(status.status)}:`,
      );
  const isTimed = !status.endedAt && !view.isInactive;
  const elapsed = formatDuration(view.now - Date.parse(status.startedAt));
  const time = isTimed ? `, ${elapsed}${describeRest(status, view.now)}` : '';
  const outcome = `${mark} ${outcomeLine(status)}${time}`;
  const run = view.paint('dim', status.run);
  const line = `${outcome}  ${run}`;
  return [
    view.paint('bold', sanitizeLine(status.goal, 500)),
    ...(displayWidth(line) <= view.columns ? [line] : [...wrapList(outcome, view.columns), run]),
  ];
}

function renderTask(
  task: TaskStatusEntry,
  { idWidth, timeWidth, isNarrow }: { idWidth: number; timeWidth: number; isNarrow: boolean },
  view: StatusView,
): string {
  const color = STATUS_COLORS[task.status];
  // In a narrow terminal the message is more useful than a bar next to the percentage.
  const bar = isNarrow ? '' : `${view.paint(color, progressBar(task.percent, 10))} `;
  const percent = `${task.percent}%`.padStart(4);
  const time = taskTime(task, view.now).padStart(timeWidth);
  const id = task.id + ' '.repeat(Math.max(0, idWidth - displayWidth(task.id)));
  return `${view.paint(color, STATUS_ICONS[task.status])} ${id} ${bar}${percent} ${time}  ${sanitizeLine(attemptText(task), 300)}`;
}
