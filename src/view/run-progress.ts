import type { RunOutput } from '../mcp/tools/tool-schemas.ts';
import type { StatusDocument, TaskStatus } from '../run/status-schema.ts';
import { sanitizeLine } from '../text/sanitize.ts';
import { outcomeLine, taskText } from './status-labels.ts';

/** More are not named one by one. */
const MOST_TASKS = 50;
const LONGEST_LINE = 200;

const FIRST: Record<TaskStatus, number> = {
  input_required: 0,
  failed: 1,
  working: 2,
  pending: 3,
  cancelled: 4,
  completed: 5,
};

/** The state of a run for programs, what needs attention first. */
export function toRunProgress(status: StatusDocument): RunOutput {
  const { run, goal, counts } = status;
  const tasks = [...status.tasks].sort((a, b) => FIRST[a.status] - FIRST[b.status]);
  return {
    run,
    goal,
    status: status.status,
    message: runLine(status),
    counts,
    tasks: tasks.slice(0, MOST_TASKS).map((task) => ({
      id: task.id,
      status: task.status,
      percent: task.percent,
      message: sanitizeLine(taskText(task), LONGEST_LINE),
    })),
  };
}

/** The state of a run in one line. */
export function runLine(status: StatusDocument): string {
  const working = status.tasks.filter((task) => task.status === 'working');
  const first = working.slice(0, 3).map(({ id, percent }) => `${id} ${percent}%`);
  return [outcomeLine(status), ...first].join(', ');
}

/** How much of a run is done, from 0 to 1. */
export function progressOf({ tasks }: StatusDocument): number {
  const isOver = (status: TaskStatus) =>
    status === 'completed' || status === 'failed' || status === 'cancelled';
  const sum = tasks.reduce((all, { status, percent }) => all + (isOver(status) ? 100 : percent), 0);
  return tasks.length === 0 ? 1 : sum / (100 * tasks.length);
}
