import { planWaves } from '../plan/waves.ts';
import type { StatusDocument, TaskStatus, TaskStatusEntry } from '../run/status-schema.ts';
import { formatDuration, progressBar } from '../text/format.ts';
import { stripControlCharacters } from '../text/strip-control-characters.ts';
import { describeRest } from './describe-rest.ts';
import { changesBetween, describeChange, needsAttention } from './run-changes.ts';
import {
  attemptText,
  INACTIVE,
  outcomeLine,
  progressOf,
  STATUS_ICONS,
  statusLabel,
  taskLabel,
} from './status-labels.ts';
import { taskTime } from './task-time.ts';

/** The content of a view of a run: text and states, without layout and colors. */
export interface RunView {
  run: string;
  goal: string;
  status: StatusDocument['status'];
  /** `◐ working: 3 of 7 tasks completed, 2 working, 1m 02s`. */
  outcome: string;
  /** The progress of the run, from 0 to 1. */
  share: number;
  waiting: TaskLine[];
  failed: TaskLine[];
  waves: WaveView[];
}

export interface WaveView {
  /** `Wave 2: 3 of 5 completed`. */
  title: string;
  tasks: TaskLine[];
  /** The counts of the tasks that are left out; empty when every task is listed. */
  folded: string;
}

export interface TaskLine {
  id: string;
  status: TaskStatus;
  /** The parts of the line, most important first; a part may be empty. */
  name: string;
  percent: string;
  bar: string;
  time: string;
  text: string;
  /** The line for screen readers, without bars and icons. */
  spoken: string;
}

export interface RunViewOptions {
  /** Milliseconds since the epoch. */
  now: number;
  /** Whether nobody works on the run: then no clock runs. */
  isInactive?: boolean;
  /** List every task, however many there are. */
  isUnfolded: boolean;
}

/** Runs with more tasks list only those that are active or need attention. */
const MAX_LISTED = 40;
const BAR_CELLS = 10;

/** The line of the task that an agent is or was last working on; null for agents of no task. */
export function toAgentLine(status: StatusDocument, agent: string, now: number): TaskLine | null {
  const task = status.tasks.find(({ agentId }) => agentId === agent);
  if (!task) return null;
  const agents = status.tasks.filter(({ agentId }) => agentId !== null);
  return toTaskLine(task, widthsOf(agents, now), now);
}

/** The view of a run, without any control character. */
export function toRunView(status: StatusDocument, options: RunViewOptions): RunView {
  const isInactive = options.isInactive === true && status.status === 'working';
  const now = isInactive ? null : options.now;
  const widths = widthsOf(status.tasks, now);
  const lines = new Map(status.tasks.map((task) => [task.id, toTaskLine(task, widths, now)]));
  const linesOf = (name: TaskStatus) => [...lines.values()].filter((line) => line.status === name);
  const isFolded = status.tasks.length > MAX_LISTED && !options.isUnfolded;
  return {
    run: status.run,
    goal: toLine(status.goal),
    status: status.status,
    outcome: describeOutcome(status, now),
    share: progressOf(status),
    waiting: linesOf('input_required'),
    failed: linesOf('failed'),
    waves: planWaves(status.tasks).map((ids, index) =>
      toWave(
        ids.flatMap((id) => lines.get(id) ?? []),
        index + 1,
        isFolded,
      ),
    ),
  };
}

/** @param now null if nobody works on the run */
function describeOutcome(status: StatusDocument, now: number | null): string {
  if (now === null) return `${STATUS_ICONS.pending} ${INACTIVE}: ${outcomeLine(status)}`;
  const time = formatDuration(now - Date.parse(status.startedAt));
  const elapsed = status.endedAt ? '' : `, ${time}${describeRest(status, now)}`;
  return `${STATUS_ICONS[status.status]} ${statusLabel(status.status)}: ${outcomeLine(status)}${elapsed}`;
}

function toWave(tasks: readonly TaskLine[], number: number, isFolded: boolean): WaveView {
  const count = (name: TaskStatus) => tasks.filter(({ status }) => status === name).length;
  const hidden = isFolded ? (['completed', 'pending', 'cancelled'] as const) : [];
  const folded = hidden
    .filter((name) => count(name) > 0)
    .map((name) => `${STATUS_ICONS[name]} ${count(name)} ${statusLabel(name)}`);
  return {
    title: `Wave ${number}: ${count('completed')} of ${tasks.length} completed`,
    tasks: tasks.filter(({ status }) => !hidden.some((name) => name === status)),
    folded: folded.join(', '),
  };
}

function widthsOf(tasks: readonly TaskStatusEntry[], now: number | null) {
  return {
    id: Math.max(...tasks.map(({ id }) => id.length)),
    time: Math.max(...tasks.map((task) => taskTime(task, now).length)),
  };
}

/** @param widths of the columns, so that they line up */
function toTaskLine(
  task: TaskStatusEntry,
  widths: { id: number; time: number },
  now: number | null,
): TaskLine {
  const { id, status } = task;
  const text = toLine(attemptText(task));
  const time = taskTime(task, now);
  const percent = `${task.percent}%`;
  return {
    id,
    status,
    name: `${STATUS_ICONS[status]} ${id.padEnd(widths.id)}`,
    percent: percent.padStart(4),
    bar: progressBar(task.percent, BAR_CELLS),
    time: time.padStart(widths.time),
    text,
    spoken: [id, taskLabel(task), percent, time, text].filter((part) => part !== '').join(', '),
  };
}

function toLine(text: string): string {
  return stripControlCharacters(text).replace(/\s+/g, ' ').trim();
}

/** The changes between two states of a run that a person is told about even if they are not looking. */
export function notificationsBetween(before: StatusDocument, after: StatusDocument): string[] {
  return changesBetween(before, after)
    .filter(needsAttention)
    .map((change) => describeChange(change, toLine));
}
