import type { TaskStatusEntry } from '../../run/status-schema.ts';
import { progressBar } from '../../text/format.ts';
import { stripControlCharacters } from '../../text/strip-control-characters.ts';
import { type Color, STATUS_COLORS, STATUS_ICONS, taskLabel } from '../status-labels.ts';
import { taskTime } from '../task-time.ts';

/** How rows are drawn. */
export interface AgentRowView {
  /** Width in columns; a row never takes more. */
  columns: number;
  /** Columns of the longest task id, so that the bars line up. */
  idColumns: number;
  /** Milliseconds since the epoch. */
  now: number;
  paint(color: Color, text: string): string;
  /** The width of a text in columns. */
  width(text: string): number;
  /** Truncates a text to a number of columns, the ellipsis included. */
  cut(text: string, columns: number): string;
}

const GAP = '  ';
const BAR_CELLS = 10;
/** Columns below which a message is left out. */
const MIN_MESSAGE = 8;

/**
 * The row of an agent in one line: task, bar and percent, last message, and right-aligned the time
 * against its deadline and the attempt. If the row is too long, the message is shortened, then the
 * message, the bar, and time and attempt are left out, in this order.
 */
export function renderAgentRow(task: TaskStatusEntry, view: AgentRowView): string {
  const { columns, paint, width } = view;
  const color = STATUS_COLORS[task.status];
  const id = `${STATUS_ICONS[task.status]} ${task.id}`;
  const bar = progressBar(task.percent, BAR_CELLS);
  const percent = `${task.percent}%`;
  const tail = tailOf(task, view.now);

  const head = [id.padEnd(view.idColumns + 2), bar, percent.padStart(4)];
  const room = columns - width([...head, '', tail].join(GAP));
  if (room >= 0) {
    const message = room < MIN_MESSAGE ? '' : view.cut(messageOf(task), room);
    const [name = '', cells = '', figure = ''] = head;
    const middle = message + ' '.repeat(room - width(message));
    return [paint(color, name), paint(color, cells), figure, middle, dim(tail, view)].join(GAP);
  }
  if (width([id, percent, tail].join(GAP)) <= columns)
    return [paint(color, id), percent, dim(tail, view)].join(GAP).trimEnd();
  return paint(color, view.cut(`${id}${GAP}${percent}`, columns));
}

/** Messages were sanitized when they were recorded, but the files could have been edited since. */
function messageOf(task: TaskStatusEntry): string {
  return stripControlCharacters(task.error?.message ?? task.message ?? task.title).replace(
    /\s+/g,
    ' ',
  );
}

function dim(text: string, view: AgentRowView): string {
  return text === '' ? '' : view.paint('dim', text);
}

/** `1m 02s of 10m, attempt 2`; after the end of the task its outcome too. */
function tailOf(task: TaskStatusEntry, now: number): string {
  const outcome = task.status === 'working' ? '' : taskLabel(task);
  const attempt = task.attempts > 1 ? `attempt ${task.attempts}` : '';
  return [outcome, taskTime(task, now), attempt].filter((part) => part !== '').join(', ');
}
