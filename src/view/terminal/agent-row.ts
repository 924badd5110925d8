import type { TaskStatusEntry } from '../../run/status-schema.ts';
import { progressBar } from '../../text/format.ts';
import { stripControlCharacters } from '../../text/strip-control-characters.ts';
import { type Color, STATUS_COLORS, STATUS_ICONS, statusLabel } from '../status-labels.ts';
import { taskTime } from '../task-time.ts';

/** How rows are drawn. */
export interface AgentRowView {
  /** Width in columns; a row never takes more. */
  columns: number;
  /** Columns of the longest task id, so that the bars stand below each other. */
  idColumns: number;
  /** Milliseconds since the epoch. */
  now: number;
  paint(color: Color, text: string): string;
  /** The columns that a text takes. */
  width(text: string): number;
  /** The beginning of a text in at most so many columns, with an ellipsis where it was cut. */
  cut(text: string, columns: number): string;
}

const GAP = '  ';
const BAR_CELLS = 10;
/** A message of fewer columns says nothing. */
const SHORTEST_MESSAGE = 8;

/**
 * The row of an agent in one line: task, bar and percent, what it did last, and at the right its
 * time against its deadline and its attempt. What does not fit is left out, the least telling
 * first: the message is shortened, then goes, then the bar, then time and attempt.
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
    const message = room < SHORTEST_MESSAGE ? '' : view.cut(messageOf(task), room);
    const [name = '', cells = '', figure = ''] = head;
    const middle = message + ' '.repeat(room - width(message));
    return [paint(color, name), paint(color, cells), figure, middle, dim(tail, view)].join(GAP);
  }
  if (width([id, percent, tail].join(GAP)) <= columns)
    return [paint(color, id), percent, dim(tail, view)].join(GAP).trimEnd();
  return paint(color, view.cut(`${id}${GAP}${percent}`, columns));
}

/** Made plain when it was entered; what else came into the files is not trusted. */
function messageOf(task: TaskStatusEntry): string {
  return stripControlCharacters(task.error?.message ?? task.message ?? task.title).replace(
    /\s+/g,
    ' ',
  );
}

function dim(text: string, view: AgentRowView): string {
  return text === '' ? '' : view.paint('dim', text);
}

/** `1m 02s of 10m, attempt 2`; the outcome where the task has ended. */
function tailOf(task: TaskStatusEntry, now: number): string {
  const outcome = task.status === 'working' ? '' : statusLabel(task.status);
  const attempt = task.attempts > 1 ? `attempt ${task.attempts}` : '';
  return [outcome, taskTime(task, now), attempt].filter((part) => part !== '').join(', ');
}
