import type { StatusDocument, TaskStatus } from '../run/status-schema.ts';
import { sanitizeLine } from '../text/sanitize.ts';
import { byAttention, outcomeLine, taskText } from './status-labels.ts';

/** A run in a few words, for programs. */
export interface RunProgress {
  run: string;
  goal: string;
  status: StatusDocument['status'];
  message: string;
  counts: StatusDocument['counts'];
  /** The tasks that most need attention, at most {@link MAX_TASKS}. */
  tasks: { id: string; status: TaskStatus; percent: number; message: string }[];
}

/** Tasks beyond this number appear only in the counts. */
const MAX_TASKS = 50;
/** Longest message of a task; code points. */
const MAX_MESSAGE = 200;

/** The state of a run for programs, with the tasks that need attention first. */
export function toRunProgress(status: StatusDocument): RunProgress {
  const { run, goal, counts } = status;
  const tasks = [...status.tasks].sort(byAttention);
  return {
    run,
    goal,
    status: status.status,
    message: runLine(status),
    counts,
    tasks: tasks.slice(0, MAX_TASKS).map((task) => ({
      id: task.id,
      status: task.status,
      percent: task.percent,
      message: sanitizeLine(taskText(task), MAX_MESSAGE),
    })),
  };
}

/** The state of a run in one line. */
export function runLine(status: StatusDocument): string {
  const working = status.tasks.filter((task) => task.status === 'working');
  const first = working.slice(0, 3).map(({ id, percent }) => `${id} ${percent}%`);
  return [outcomeLine(status), ...first].join(', ');
}
