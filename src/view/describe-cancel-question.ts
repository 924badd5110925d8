import type { StatusDocument, TaskStatusEntry } from '../run/status-schema.ts';
import { plural } from '../text/format.ts';
import { sanitizeLine } from '../text/sanitize.ts';

/** Longest goal in a question; code points. */
const MAX_GOAL = 80;
/** Tasks beyond this number are counted, not named. */
const MAX_NAMED = 5;

/** A run in one line, for a person who has to tell runs apart. */
export function describeRunChoice({ run, goal }: Pick<StatusDocument, 'run' | 'goal'>): string {
  return `${run}: ${sanitizeLine(goal, MAX_GOAL)}`;
}

/**
 * The question before work is ended: what would be cancelled, what is lost and what is kept.
 * @param task null for the whole run
 * @returns its lines, the question itself first
 */
export function describeCancelQuestion(status: StatusDocument, task: string | null): string[] {
  const { tasks, counts } = status;
  if (task !== null) {
    const dependents = dependentsOf(task, tasks);
    return [
      `Cancel task ${task} of run ${describeRunChoice(status)}?`,
      ...(dependents.length > 0
        ? [`Tasks that need it are cancelled too: ${list(dependents)}`]
        : []),
    ];
  }
  const running = tasks.filter((one) => one.status === 'working').map(({ id }) => id);
  const kept = counts.completed > 0 ? '; their reports are kept' : '';
  return [
    `Cancel run ${describeRunChoice(status)}?`,
    ...(running.length > 0 ? [`Agents that are running would stop: ${list(running)}`] : []),
    `${counts.completed} of ${plural(tasks.length, 'task')} completed${kept}`,
  ];
}

function dependentsOf(task: string, tasks: readonly TaskStatusEntry[]): string[] {
  const lost = new Set([task]);
  // Needs may be listed in any order, so each round can find tasks that need those of the last one.
  for (let size = 0; size < lost.size; ) {
    size = lost.size;
    for (const { id, needs } of tasks) if (needs.some((need) => lost.has(need))) lost.add(id);
  }
  return tasks.flatMap(({ id }) => (lost.has(id) && id !== task ? id : []));
}

function list(ids: readonly string[]): string {
  const more = ids.length - MAX_NAMED;
  return ids.slice(0, MAX_NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
