import type { LedgerEvent, RunOpened } from '../../ledger/events.ts';
import type { RunState } from '../../run/run-state.ts';

/** Which part of a run an order is about. */
interface Part {
  task: string;
  attempt: string;
}

/** What of a needed task tells that it is completed, and where its report and its branch are. */
const OF_NEEDS: ReadonlySet<LedgerEvent['event']> = new Set([
  'attempt.launched',
  'attempt.started',
  'attempt.refused',
  'attempt.timed_out',
  'machine.lost',
  'agent.ended',
  'report.stored',
  'report.lost',
  'session.ended',
  'task.reused',
  'check.ended',
  'worktree.added',
  'worktree.committed',
  'worktree.removed',
  'cancel.requested',
  'retry.requested',
  'rerun.requested',
]);

/** What else the next attempt of a task is told about earlier ones. */
const OF_TASK: ReadonlySet<LedgerEvent['event']> = new Set([
  'task.checkpoint',
  'gate.asked',
  'gate.approved',
  'gate.denied',
  'gate.used',
]);

/** Its worktree was on another machine. */
const NOT_OF_TASK: ReadonlySet<LedgerEvent['event']> = new Set([
  'worktree.added',
  'worktree.committed',
  'worktree.removed',
]);

/**
 * The events of a run that the brief and the hooks of an attempt need. They are a run by themselves,
 * in which the attempt is launched last.
 */
export function orderLines(
  events: readonly LedgerEvent[],
  state: RunState,
  part: Part,
): LedgerEvent[] {
  const tasks = neededTasks(state, part.task).add(part.task);
  const attempts = [...state.attempts.values()].filter(({ task }) => tasks.has(task));
  const ids = new Set(
    attempts.flatMap(({ id, agentId, gates }) => [
      id,
      agentId ?? id,
      ...gates.map((gate) => gate.id),
    ]),
  );
  const supervisor = state.supervision.current?.id;
  const launch = events.find((one) => one.event === 'attempt.launched' && isOf(one, part.attempt));
  const kept = events.flatMap((event): LedgerEvent[] => {
    if (event.event === 'run.opened') return [reduce(event, state, tasks, part.task)];
    if (event.event === 'supervisor.started') return event.supervisor === supervisor ? [event] : [];
    return event !== launch && isKept(event, { tasks, ids, task: part.task }) ? [event] : [];
  });
  return launch ? [...kept, launch] : kept;
}

function isOf(event: LedgerEvent, attempt: string): boolean {
  return 'attempt' in event && event.attempt === attempt;
}

/** The tasks that a task needs, directly or through others. */
function neededTasks(state: RunState, task: string, found = new Set<string>()): Set<string> {
  for (const need of state.tasks.get(task)?.plan.needs ?? []) {
    if (found.has(need)) continue;
    found.add(need);
    neededTasks(state, need, found);
  }
  return found;
}

/** Other tasks are none of the worker's business, and their briefs would be sent again and again. */
function reduce(
  opened: RunOpened,
  state: RunState,
  tasks: ReadonlySet<string>,
  own: string,
): RunOpened {
  // A plan may have been changed since.
  const known = [...state.tasks.values()].flatMap(({ plan }) => (tasks.has(plan.id) ? plan : []));
  return {
    ...opened,
    check: [],
    tasks: known.map((task) => (task.id === own ? task : { ...task, brief: '' })),
  };
}

interface Wanted {
  tasks: ReadonlySet<string>;
  /** Of attempts, of their agents and of their gates. */
  ids: ReadonlySet<string>;
  task: string;
}

function isKept(event: LedgerEvent, { tasks, ids, task }: Wanted): boolean {
  const own = 'task' in event && event.task === task;
  if (OF_TASK.has(event.event)) return own || concerns(event, ids);
  if (!OF_NEEDS.has(event.event) || (own && NOT_OF_TASK.has(event.event))) return false;
  if (event.event === 'cancel.requested' && event.task === null) return true;
  return 'task' in event && event.task ? tasks.has(event.task) : concerns(event, ids);
}

function concerns(event: LedgerEvent, ids: ReadonlySet<string>): boolean {
  if ('attempt' in event && event.attempt) return ids.has(event.attempt);
  if ('agentId' in event && event.agentId) return ids.has(event.agentId);
  if ('gate' in event) return ids.has(event.gate);
  return event.event === 'session.ended' && ids.has(event.session);
}
