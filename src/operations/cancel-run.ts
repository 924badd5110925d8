import type { ClientProcess } from '../ledger/events.ts';
import { subagentsToStop } from '../run/agents-to-stop.ts';
import { isFinished, taskStatuses } from '../run/task-status.ts';
import { appendToRun, type RunHandle } from '../store/run-handle.ts';
import { plural } from '../text/format.ts';
import { nextStepPrompt } from '../view/prompts/next-step.ts';
import { describeRecovery } from '../view/prompts/recovery.ts';
import { describeRun } from '../view/terminal/describe-run.ts';
import { bringUpToDate, type StartNotifier } from './commit.ts';
import { findRun, findTask } from './find-run.ts';
import { recordDeadSessions, takeOverRun } from './sessions.ts';

interface Clock {
  now(): string;
}

/** What a change needs that may end a run. */
type Ending = Clock & { startNotifier: StartNotifier };

/**
 * Asks a run, or with `<run>/<task>` one task of it, to stop. Asking again changes nothing.
 * @param context.isInSession whether a conversation asks for it, which can stop its agents at once
 * @returns what was cancelled and what is left to do
 * @throws {SwarmError} when there is no such run or task
 */
export function cancelRun(
  root: string,
  name: string,
  { now, startNotifier, isInSession = true }: Ending & { isInSession?: boolean },
): string {
  const target = name.includes('/')
    ? findTask(root, name)
    : { run: findRun(root, name), ref: null };
  const { run } = target;
  const task = target.ref?.task ?? null;
  const before = taskStatuses(run.state);
  const open = [...before].filter(([id, status]) => !isFinished(status) && (task ?? id) === id);
  if (open.length === 0) return `nothing to cancel: ${task ?? 'every task'} has ended already`;
  appendToRun(run, [{ event: 'cancel.requested', at: now(), task }]);
  bringUpToDate(run, tasksBegun(run), startNotifier);
  const working = open.filter(([id]) => taskStatuses(run.state).get(id) === 'working');
  const agents = isInSession ? subagentsToStop(run.state) : [];
  const stop = agents.length > 0 ? `\nStop these agents with TaskStop: ${agents.join(', ')}` : '';
  const ids = working.map(([id]) => id).join(', ');
  const cancelled = open.length - working.length;
  const parts = [
    ...(cancelled > 0 ? [`cancelled ${plural(cancelled, 'task')}`] : []),
    ...(ids ? [`asked to stop at the next step: ${ids}`] : []),
  ];
  return `${parts.join('; ')}${stop}`;
}

/**
 * Goes on with a run whose session ended.
 * @param session the session that takes it over; null outside Claude Code
 * @returns what became of its tasks, and what to do next
 * @throws {SwarmError} when there is no such run
 */
export function resumeRun(
  root: string,
  name: string | undefined,
  session: string | null,
  isPlugin: boolean,
  context: Ending & { isAlive(client: ClientProcess): boolean },
): string {
  const run = findRun(root, name);
  recordDeadSessions(run, context);
  if (session) takeOverRun(run, session, context);
  bringUpToDate(run, [], context.startNotifier);
  if (session === null) return describeRun(run.state);
  return `${describeRecovery(run.state, run.paths.dir)}\n${nextStepPrompt(run.state, isPlugin)}`;
}

/** The tasks that have a checkpoint file. */
function tasksBegun({ state }: RunHandle): string[] {
  const begun = [...state.tasks.values()].filter((task) => task.attempts.length > 0);
  return begun.map((task) => task.plan.id);
}
