import { EXIT, SwarmError } from '../errors/swarm-error.ts';
import { deadRoot, retryableTasks } from '../run/retryable-tasks.ts';
import { isEnded, toStatusDocument } from '../run/status-document.ts';
import type { TaskStatus } from '../run/status-schema.ts';
import { taskStatuses } from '../run/task-status.ts';
import { commit } from '../store/commit.ts';
import { type Host, sessionOf } from '../store/host.ts';
import type { RunHandle } from '../store/run-handle.ts';
import { plural } from '../text/format.ts';
import { describeHowToResume, nextStepPrompt } from '../view/prompts/next-step.ts';
import { findRun, findTask } from './find-run.ts';

/**
 * Allows one more attempt of a task that failed or was cancelled, or of all such tasks of a run but
 * those whose command a person denied. Asking again changes nothing.
 * @param name `<run-id>/<task-id>`, or the id of a run
 * @returns what may be tried again, and what to do next
 * @throws {SwarmError} when there is no such run or task, or the task completed, is at work or is held
 *   by another
 */
export function retryTasks(host: Host, name: string): string {
  return name.includes('/') ? retryTask(host, name) : retryRun(host, name);
}

function retryTask(host: Host, name: string): string {
  const { run, task, ref } = findTask(host, name);
  const before = taskStatuses(run.state);
  const status = before.get(ref.task) ?? 'pending';
  refuseStatus(name, ref.task, status);
  const { again, denied } = retryableTasks(run.state);
  const isDead = [...again, ...denied].includes(ref.task);
  if (status === 'cancelled' && !isDead) {
    const need = deadRoot(run.state, task, before);
    throw new SwarmError(
      `task "${ref.task}" was cancelled because of ${need}, which it needs; try that again, and it follows: swarm retry ${ref.run}/${need}`,
    );
  }
  if (status === 'pending' && task.attempts.length === 0)
    return `task "${ref.task}" has not begun yet. ${nextStep(run, host)}`;
  // One that waits for its next attempt need not wait any longer.
  const isAllowed = task.retryRequestedAfter === task.attempts.length;
  if (isDead || !isAllowed) allowAgain(run, [ref.task], host);
  const need = deadRoot(run.state, task, taskStatuses(run.state));
  if (need !== undefined)
    return `task "${ref.task}" may be tried once more when ${need} has completed, which it needs: swarm retry ${ref.run}/${need}`;
  if (sessionOf(host.caller) && goesOnInSession(run)) return nextStep(run, host);
  const follows = describeFollowers(run, before, [ref.task]);
  return `task "${ref.task}" may be tried once more${follows}. ${nextStep(run, host)}`;
}

function refuseStatus(name: string, task: string, status: TaskStatus): void {
  if (status === 'input_required') {
    throw new SwarmError(
      `task "${task}" waits for you; \`swarm approve ${name}\` or \`swarm deny ${name}\` decides`,
      EXIT.humanNeeded,
    );
  }
  if (status === 'completed' || status === 'working') {
    throw new SwarmError(
      `task "${task}" is ${status}; only one that failed or was cancelled can be tried again`,
    );
  }
}

function retryRun(host: Host, name: string): string {
  const run = findRun(host, name);
  const before = taskStatuses(run.state);
  const { again, denied } = retryableTasks(run.state);
  if (again.length > 0) allowAgain(run, again, host);
  const done =
    again.length === 0
      ? 'nothing to try again: no task has failed or was cancelled'
      : `${plural(again.length, 'task')} may be tried once more: ${again.join(', ')}${describeFollowers(run, before, again)}`;
  const left = denied.map((task) => {
    const target = `${run.paths.run}/${task}`;
    return `${task} stays as it is, for you denied its command; \`swarm retry ${target}\` tries it without`;
  });
  const isOver = isEnded(toStatusDocument(run.state).status);
  return [
    again.length === 0 && denied.length > 0 ? `${done} but what you denied` : done,
    ...left,
    ...(isOver ? [] : [nextStep(run, host)]),
  ].join('\n');
}

function allowAgain(run: RunHandle, tasks: readonly string[], host: Host): void {
  const at = host.now();
  const attempts = tasks.flatMap((task) => run.state.tasks.get(task)?.attempts ?? []);
  // By the ledger alone such a task is completed, and its next launch would be refused.
  const lost = attempts.filter(({ isReportLost }) => isReportLost);
  commit(
    run,
    [
      ...lost.map(({ id }) => ({ event: 'report.lost', at, attempt: id }) as const),
      ...tasks.map((task) => ({ event: 'retry.requested', at, task }) as const),
    ],
    host,
  );
}

/** What comes back with tasks that may be tried again, because it needs them; empty when nothing does. */
function describeFollowers(
  { state }: RunHandle,
  before: ReadonlyMap<string, TaskStatus>,
  again: readonly string[],
): string {
  const freed = [...taskStatuses(state)].flatMap(([id, status]) =>
    status === 'pending' && before.get(id) === 'cancelled' && !again.includes(id) ? id : [],
  );
  return freed.length === 0 ? '' : `, and then what needs it: ${freed.join(', ')}`;
}

function goesOnInSession({ state: { supervision } }: RunHandle): boolean {
  return supervision.current !== null || supervision.options === null;
}

function nextStep(run: RunHandle, { caller, isPlugin }: Host): string {
  return sessionOf(caller) && goesOnInSession(run)
    ? nextStepPrompt(run.state, isPlugin)
    : describeHowToResume(run.state);
}
