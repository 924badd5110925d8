import type { StatusDocument, TaskStatus, TaskStatusEntry } from '../run/status-schema.ts';
import { describeTime } from '../run/usage-limit.ts';
import { formatDuration, plural } from '../text/format.ts';
import { formatAmount } from '../text/format-cost.ts';

// How states are shown. Nothing here may load a schema or a Node module: it runs where every
// millisecond counts, and in the client's own engine.

export const STATUS_ICONS: Record<TaskStatus, string> = {
  pending: '○',
  working: '◐',
  input_required: '?',
  completed: '✔',
  failed: '✖',
  cancelled: '⊘',
};

/** The word for a status; that of `input_required` is not its name. */
export function statusLabel(status: TaskStatus): string {
  return status === 'input_required' ? 'waiting for approval' : status;
}

/** The word for a task's status; a completed one says whether its checks have proved it. */
export function taskLabel({ status, verified }: TaskStatusEntry): string {
  if (status !== 'completed') return statusLabel(status);
  return verified ? 'completed (verified)' : 'completed (unverified)';
}

/** The label of a status as a heading. */
export function statusHeading(status: TaskStatus): string {
  const label = statusLabel(status);
  return label.charAt(0).toUpperCase() + label.slice(1);
}

const ATTENTION: Record<TaskStatus, number> = {
  input_required: 0,
  failed: 1,
  working: 2,
  pending: 3,
  cancelled: 4,
  completed: 5,
};

/** Sorts tasks that need attention before those that go well, and those before the ended ones. */
export function byAttention(
  a: Pick<TaskStatusEntry, 'status'>,
  b: Pick<TaskStatusEntry, 'status'>,
): number {
  return ATTENTION[a.status] - ATTENTION[b.status];
}

/** What a `working` run is called while no supervisor and no agent is working on it. */
export const INACTIVE = 'inactive';

export type Color = 'bold' | 'dim' | 'gray' | 'cyan' | 'yellow' | 'green' | 'red';

export const STATUS_COLORS: Record<TaskStatus, Color> = {
  pending: 'gray',
  working: 'cyan',
  input_required: 'yellow',
  completed: 'green',
  failed: 'red',
  cancelled: 'gray',
};

const STATUSES = Object.keys(STATUS_ICONS) as TaskStatus[];

/** `3 of 5 tasks completed (verified), 1 failed, 1 cancelled, in 3m 12s`, or the counts so far. */
export function outcomeLine(status: StatusDocument): string {
  const { counts, tasks } = status;
  const others = STATUSES.filter((name) => name !== 'completed' && counts[name] > 0).map(
    (name) => `${counts[name]} ${statusLabel(name)}`,
  );
  const completed = `${counts.completed} of ${plural(tasks.length, 'task')} completed`;
  const parts = [`${completed}${describeProof(status)}`, ...others];
  const { budget } = status;
  if (budget?.spent)
    parts.push(`budget of ${formatAmount(budget.spent, budget[budget.spent] ?? 0)} spent`);
  if (status.pausedUntil) parts.push(`paused until ${describeTime(status.pausedUntil)}`);
  if (status.loweredLimit !== null) parts.push(`parallel limit lowered to ${status.loweredLimit}`);
  if (status.merge) parts.push(describeMergeState(status.merge));
  if (status.endedAt)
    parts.push(`in ${formatDuration(Date.parse(status.endedAt) - Date.parse(status.startedAt))}`);
  return parts.join(', ');
}

/** `merging, 3 so far`, `8 tasks merged`, `6 of 8 tasks merged`. */
function describeMergeState({ status, tasks }: NonNullable<StatusDocument['merge']>): string {
  const merged = tasks.filter(({ outcome }) => outcome === 'merged').length;
  if (status === 'working') return `merging, ${merged} so far`;
  const all = plural(tasks.length, 'task');
  return merged === tasks.length ? `${all} merged` : `${merged} of ${all} merged`;
}

/** Whether checks have proved the completed tasks: ` (verified)`, ` (2 verified, 1 unverified)`. */
function describeProof({ counts, tasks, verified }: StatusDocument): string {
  const proved = tasks.filter((task) => task.status === 'completed' && task.verified).length;
  const unproved = counts.completed - proved;
  const isMixed = proved > 0 && unproved > 0;
  const parts = [
    ...(proved > 0 ? [isMixed ? `${proved} verified` : 'verified'] : []),
    ...(unproved > 0 ? [isMixed ? `${unproved} unverified` : 'unverified'] : []),
    ...(verified ? ['run verified'] : []),
  ];
  return parts.length > 0 ? ` (${parts.join(', ')})` : '';
}

/**
 * How much of a run's work is there, from 0 to 1: completed tasks count in full, those that are
 * running or waiting for a person with their percentage, and failed or cancelled ones not at all.
 */
export function progressOf({ tasks }: StatusDocument): number {
  const share = ({ status, percent }: TaskStatusEntry) => {
    if (status === 'completed') return 1;
    return status === 'failed' || status === 'cancelled' ? 0 : percent / 100;
  };
  return tasks.length === 0 ? 1 : tasks.reduce((sum, task) => sum + share(task), 0) / tasks.length;
}

/** `cancelled on request`, or another reason. */
export function cancellation({ message }: TaskStatusEntry): string {
  if (!message) return 'cancelled';
  return message.startsWith('cancelled') ? message : `cancelled, ${message}`;
}

/** The text of a task next to its status, with the number of its attempt and its machine. */
export function attemptText(task: TaskStatusEntry): string {
  // The text of a task that will be retried names the attempt that ended.
  const isRetry = task.attempts > 1 && task.status !== 'pending';
  const where = task.status === 'working' && task.machine ? `on ${task.machine}: ` : '';
  return `${isRetry ? `attempt ${task.attempts}: ` : ''}${where}${taskText(task)}`;
}

/** The text of a task next to its status: the error, the message or the title. */
export function taskText(task: TaskStatusEntry): string {
  const { status, title, message, needs, error, reusedFrom } = task;
  if (error) return `${error.category}: ${error.message}`;
  if (status === 'completed') {
    const notes = [
      task.verified ? 'verified' : [],
      reusedFrom ? `reused from ${reusedFrom}` : [],
    ].flat();
    return notes.length > 0 ? `${title} (${notes.join(', ')})` : title;
  }
  if (status !== 'pending' || message) return message ?? title;
  return needs.length > 0 ? `${title} (needs ${needs.join(', ')})` : title;
}
