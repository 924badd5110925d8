import type { Task } from '../../plan/plan-schema.ts';
import { attemptStart, decidingAttempt, isRunning } from '../attempt.ts';
import type { RunState, TaskState } from '../run-state.ts';
import type { TaskStatus } from '../status-schema.ts';
import { limitAhead } from '../usage-limit.ts';

/** Tasks of the same kind are likely to take as long, and to cost the same. */
export function kindOf({ agent, tier }: Pick<Task, 'agent' | 'tier'>): string {
  return `${agent} ${tier}`;
}

/**
 * When the last task of a working run should end, if each takes as long as tasks of its kind took in
 * earlier runs, and all may run at the same time.
 * @returns ISO 8601; null without a basis for a task that is left
 */
export function expectedEnd(
  state: RunState,
  statuses: ReadonlyMap<string, TaskStatus>,
): string | null {
  const ends = new Map<string, number>();
  const left = [...state.tasks.values()].filter(({ plan }) => isLeft(statuses.get(plan.id)));
  const isUnknown = ({ plan }: TaskState) => !state.durations.has(kindOf(plan));
  // Nobody knows how long a person takes.
  const isWaiting = [...statuses.values()].includes('input_required');
  const isPaused = isWaiting || limitAhead(state) !== null;
  if (left.length === 0 || isPaused || left.some(isUnknown)) return null;
  const endOf = (task: TaskState): number => {
    const { id, needs } = task.plan;
    const known = ends.get(id);
    if (known !== undefined) return known;
    const waits = needs.flatMap((need) => {
      const needed = state.tasks.get(need);
      return needed && isLeft(statuses.get(need)) ? endOf(needed) : [];
    });
    const start = Math.max(startOf(state, task), ...waits);
    const end = start + (state.durations.get(kindOf(task.plan)) ?? 0);
    ends.set(id, end);
    return end;
  };
  return new Date(Math.max(...left.map(endOf))).toISOString();
}

function isLeft(status: TaskStatus | undefined): boolean {
  return status === 'pending' || status === 'working';
}

/** A task that has not begun begins at the latest event, or later. */
function startOf({ lastEventAt }: RunState, { attempts }: TaskState): number {
  const attempt = decidingAttempt(attempts);
  return Date.parse(attempt && isRunning(attempt) ? attemptStart(attempt) : lastEventAt);
}
