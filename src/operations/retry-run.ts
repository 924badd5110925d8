import { EXIT, SwarmError } from '../errors/swarm-error.ts';
import { deadRoot, retryableTasks } from '../run/retryable-tasks.ts';
import type { RunState } from '../run/run-state.ts';
import type { TaskStatus } from '../run/status-schema.ts';
import { taskStatuses } from '../run/task-status.ts';
import { commit } from '../store/commit.ts';
import type { Host } from '../store/host.ts';
import type { RunHandle } from '../store/run-handle.ts';
import type { RetryResult } from '../view/results.ts';
import { taskOf } from './find-run.ts';
import { assertBudgetLeft } from './raise-budget.ts';

/**
 * Allows one more attempt of a task that failed or was cancelled, or of all such tasks of a run
 * except those whose command a person denied. Repeating it has no effect.
 * @param task null for the whole run
 * @throws {SwarmError} when there is no such task, or it completed, is working, is waiting for a
 * person, or was cancelled only because of a task that it needs, or when the budget is spent
 */
export function retryTasks(run: RunHandle, task: string | null, host: Host): RetryResult {
  assertBudgetLeft(run);
  return task === null ? retryRun(run, host) : retryTask(run, task, host);
}

function retryTask(run: RunHandle, id: string, host: Host): RetryResult {
  const task = taskOf(run, id);
  const before = taskStatuses(run.state);
  const status = before.get(id) ?? 'pending';
  assertRetryable(`${run.paths.run}/${id}`, id, status);
  const { again, denied } = retryableTasks(run.state);
  const isDead = [...again, ...denied].includes(id);
  if (status === 'cancelled' && !isDead) {
    const need = deadRoot(run.state, task, before);
    throw new SwarmError(
      `task "${id}" was cancelled because it needs ${need}; once that is retried, it follows`,
      EXIT.badInput,
      { hint: { code: 'retry_task', task: `${run.paths.run}/${need}` } },
    );
  }
  const result = { ...resultOf(run, id), retried: [id] };
  if (status === 'pending' && task.attempts.length === 0) {
    return { ...result, outcome: 'not_started', retried: [] };
  }
  // A task that is waiting for its next attempt need not wait any longer.
  const isAllowed = task.retryRequestedAfter === task.attempts.length;
  if (isDead || !isAllowed) allowAttempt(run, [id], host);
  const blockedBy = deadRoot(run.state, task, taskStatuses(run.state));
  if (blockedBy !== undefined) return { ...result, outcome: 'blocked', blockedBy };
  return { ...result, outcome: 'allowed', unblocked: unblockedTasks(run.state, before, [id]) };
}

function assertRetryable(name: string, task: string, status: TaskStatus): void {
  if (status === 'input_required') {
    throw new SwarmError(`task "${task}" is waiting for approval`, EXIT.humanNeeded, {
      hint: { code: 'decide_gate', task: name },
    });
  }
  if (status === 'completed' || status === 'working') {
    throw new SwarmError(
      `task "${task}" is ${status}; only a failed or cancelled task can be retried`,
    );
  }
}

function retryRun(run: RunHandle, host: Host): RetryResult {
  const before = taskStatuses(run.state);
  const { again, denied } = retryableTasks(run.state);
  const result = { ...resultOf(run, null), denied };
  if (again.length === 0) return { ...result, outcome: 'nothing_to_retry' };
  allowAttempt(run, again, host);
  const unblocked = unblockedTasks(run.state, before, again);
  return { ...result, outcome: 'allowed', retried: again, unblocked };
}

function resultOf({ paths: { run } }: RunHandle, task: string | null) {
  return { run, task, retried: [], unblocked: [], denied: [], blockedBy: null };
}

function allowAttempt(run: RunHandle, tasks: readonly string[], host: Host): void {
  const at = host.now();
  const attempts = tasks.flatMap((task) => run.state.tasks.get(task)?.attempts ?? []);
  // The ledger still records such a task as completed and would refuse its next launch.
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

/** The tasks that were cancelled because they need the retried ones, and are pending again. */
function unblockedTasks(
  state: RunState,
  before: ReadonlyMap<string, TaskStatus>,
  retried: readonly string[],
): string[] {
  return [...taskStatuses(state)].flatMap(([id, status]) =>
    status === 'pending' && before.get(id) === 'cancelled' && !retried.includes(id) ? id : [],
  );
}
