import { CEILING_MS } from '../config/durations.ts';
import { checkCommands } from '../plan/check-commands.ts';
import { countNeeded } from '../plan/quorum.ts';
import { type Attempt, attemptStart, decidingAttempt, failureOf, isRunning } from './attempt.ts';
import { hasBudget, outOfBudget, spentBudget } from './budget.ts';
import { unionLength } from './clock-jumps.ts';
import { expectedEnd } from './cost/expected-end.ts';
import { reasonForNewAgent } from './cost/resumption.ts';
import { type CheckState, noChecks } from './evidence/check.ts';
import { observed } from './evidence/observed.ts';
import { approvalWaits, gateLine, openSessionGate, pendingGate } from './gate.ts';
import { isStalled } from './heartbeat.ts';
import { memoizeByRevision } from './memoize-by-revision.ts';
import { isMergeAwaited, toMergeEntry } from './merge/merge-entry.ts';
import { awaitedPool, isQueued, placeOf } from './pools/attempt-place.ts';
import { plannedTasks, type RunState, type TaskState } from './run-state.ts';
import type { RunStatus, StatusDocument, TaskStatus, TaskStatusEntry } from './status-schema.ts';
import { deadNeed, isEndedByBudget, isFinished, taskStatuses } from './task-status.ts';
import { TASK_STATUSES } from './task-statuses.ts';
import { usageOfRun, usageOfTask } from './usage.ts';
import { describeTime, limitAhead } from './usage-limit.ts';

/**
 * The status document of a run; it must not be modified. It depends on the ledger alone, never on the
 * time of the call.
 */
export const toStatusDocument = memoizeByRevision((state): StatusDocument => {
  const statuses = taskStatuses(state);
  const tasks = [...state.tasks.values()].map((task) => toEntry(state, task, statuses));
  const status = runStatus(state, statuses);
  return {
    version: 1,
    run: state.opened.run,
    goal: state.opened.goal,
    status,
    startedBy: state.opened.startedBy ?? null,
    startedAt: state.opened.at,
    endedAt: isEnded(status) ? lastEnd(state, tasks) : null,
    counts: countStatuses(statuses.values()),
    usage: usageOfRun(state),
    ...proofOf(state.checks),
    loweredLimit: isEnded(status) ? null : loweredLimit(state),
    budget: hasBudget(state) ? { ...state.budget, spent: spentBudget(state)?.unit ?? null } : null,
    pausedUntil: isEnded(status) ? null : limitAhead(state),
    expectedEndAt: status === 'working' ? expectedEnd(state, statuses) : null,
    merge: toMergeEntry(state),
    tasks,
  };
});

function loweredLimit({ parallel, opened }: RunState): number | null {
  return parallel.limit < opened.policy.maxParallel ? parallel.limit : null;
}

/** A task that never began may have finished after all others, by a cancellation. */
function lastEnd(state: RunState, tasks: readonly TaskStatusEntry[]): string {
  const ends = tasks.flatMap(({ id, status, endedAt }) => [
    endedAt ?? '',
    (status === 'cancelled' && state.tasks.get(id)?.cancelRequestedAt) || '',
  ]);
  const atEnd = [state.checks.endedAt ?? '', wantedMergeEnd(state)];
  return [...ends, ...atEnd].sort().at(-1) || state.opened.at;
}

/** When the merge ended that is part of the run; a later one by a person is not. */
function wantedMergeEnd({ merge, supervision }: RunState): string {
  return (supervision.options?.merge && merge?.endedAt) || '';
}

/** Whether a run is completed, failed or cancelled. */
export function isEnded(status: RunStatus): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}

/**
 * A run is working until every task is finished; then the quorum decides. It requires input if no
 * agent is running and nothing can be launched before a person decides.
 */
function runStatus(state: RunState, byTask: ReadonlyMap<string, TaskStatus>): RunStatus {
  const statuses = [...byTask.values()];
  if (!statuses.every(isFinished)) {
    const canContinue = [...byTask].some(
      ([id, status]) =>
        status === 'working' || (status === 'pending' && hasNeeds(state, id, byTask)),
    );
    return statuses.includes('input_required') && !canContinue ? 'input_required' : 'working';
  }
  const planned = plannedTasks(state).map(({ plan }) => byTask.get(plan.id));
  const completed = planned.filter((status) => status === 'completed').length;
  if (completed >= countNeeded(state.opened.quorum, planned.length)) return checkedStatus(state);
  return statuses.includes('failed') ? 'failed' : 'cancelled';
}

/** A run with checks of its own is completed when they have passed, after its branches are merged. */
function checkedStatus(state: RunState): RunStatus {
  const { checks } = state;
  if (isMergeAwaited(state)) return 'working';
  if (!checks.isRequired || checks.isPassed) return 'completed';
  return checks.isPassed === false ? 'failed' : 'working';
}

/** Whether a run waits only for its own checks, and nobody runs them. @param now ISO 8601 */
export function isCheckDue(state: RunState, now: string): boolean {
  const { isPassed, runningSince } = state.checks;
  const isDone = [...taskStatuses(state).values()].every(isFinished);
  if (!isDone || isPassed !== null || toStatusDocument(state).status !== 'working') return false;
  return runningSince === null || checkDeadline(state, state.opened.check, runningSince) < now;
}

/** When checks must have ended, even if others were waited for: whoever ran them is gone then. */
function checkDeadline({ opened }: RunState, check: readonly string[], since: string): string {
  const { named, timeout } = opened.policy.checks;
  const once = checkCommands(check, named).length * timeout;
  return new Date(Date.parse(since) + 2 * once + CEILING_MS).toISOString();
}

/** Whether the work was proved, and how; a task without checks is completed and unverified. */
function proofOf({ isRequired, isPassed, results, output }: CheckState) {
  const checks = results.map(({ command, exitCode, durationMs }) => ({
    ...{ command, exitCode, durationMs },
    output: output ?? '',
  }));
  return { verified: isRequired ? isPassed === true : null, checks };
}

function hasNeeds(state: RunState, id: string, statuses: ReadonlyMap<string, TaskStatus>): boolean {
  const needs = state.tasks.get(id)?.plan.needs ?? [];
  return needs.every((need) => statuses.get(need) === 'completed');
}

function countStatuses(statuses: Iterable<TaskStatus>): StatusDocument['counts'] {
  const counts = Object.fromEntries(TASK_STATUSES.map((status) => [status, 0])) as Record<
    TaskStatus,
    number
  >;
  for (const status of statuses) counts[status]++;
  return counts;
}

function toEntry(
  state: RunState,
  task: TaskState,
  statuses: ReadonlyMap<string, TaskStatus>,
): TaskStatusEntry {
  const { id, title, agent, tier, needs } = task.plan;
  const status = statuses.get(id) ?? 'pending';
  const attempt = decidingAttempt(task.attempts);
  // A task that is waiting for its next attempt shows only the message of the last one.
  const shown = status === 'pending' ? undefined : attempt;
  return {
    id,
    title,
    agent,
    tier,
    needs,
    status,
    percent: status === 'completed' ? 100 : (shown?.percent ?? 0),
    message: messageOf(task, status, statuses),
    attempts: task.attempts.filter((one) => one.reusedFrom === null).length,
    agentId: shown?.agentId ?? null,
    startedAt: shown ? attemptStart(shown) : null,
    endedAt: shown ? endOf(shown) : null,
    deadlineAt: attempt && status === 'working' ? deadlineOf(state, task, attempt) : null,
    result: status === 'completed' ? (attempt?.report?.path ?? null) : null,
    error: errorOf(state, task, status),
    ...(shown?.worker?.deniedTools.length ? { deniedTools: [...shown.worker.deniedTools] } : {}),
    ...placeOf(shown),
    ...observed(state, task, shown),
    reusedFrom: attempt?.reusedFrom ?? null,
    ...proofOf(shown?.checks ?? noChecks(task.plan.check.length > 0)),
    usage: usageOfTask(task),
  };
}

/** A denied task ended when the person decided, not when its agent stopped. */
function endOf(attempt: Attempt): string | null {
  const gate = pendingGate(attempt);
  return attempt.end && gate?.status === 'denied' ? gate.decidedAt : (attempt.end?.at ?? null);
}

/** The running attempts that have exceeded their timeout. @param now ISO 8601 */
export function overdueAttempts(state: RunState, now: string): Attempt[] {
  return [...state.tasks.values()].flatMap((task) => {
    const attempt = task.attempts.at(-1);
    if (!attempt || !isRunning(attempt)) return [];
    const deadline = deadlineOf(state, task, attempt);
    return deadline !== null && deadline <= now ? attempt : [];
  });
}

/**
 * Time in which a person had to decide, checks ran or the clock jumped does not count.
 * @returns null while a person must decide in the session
 */
function deadlineOf(state: RunState, task: TaskState, attempt: Attempt): string | null {
  if (openSessionGate(attempt) || isQueued(attempt)) return null;
  const { runningSince } = attempt.checks;
  if (runningSince !== null) return checkDeadline(state, task.plan.check, runningSince);
  const { startToCloseTimeout } = state.opened.policy.tiers[task.plan.tier];
  const start = Date.parse(attemptStart(attempt));
  const jumps = state.clockJumps.map(({ from, to }) => ({ from: Math.max(from, start), to }));
  const spans = [...approvalWaits(attempt), ...attempt.checks.spans, ...jumps];
  const time = startToCloseTimeout + unionLength(spans, start);
  return new Date(start + time).toISOString();
}

function messageOf(
  task: TaskState,
  status: TaskStatus,
  statuses: ReadonlyMap<string, TaskStatus>,
): string | null {
  const attempt = decidingAttempt(task.attempts);
  if (status === 'cancelled') return reasonForCancellation(task, attempt, statuses);
  if (!attempt) return null;
  if (status === 'input_required') {
    const gate = openSessionGate(attempt) ?? pendingGate(attempt);
    if (gate) return `${gate.rule}, \`${gateLine(gate)}\``;
  }
  if (status === 'pending') return describeLastAttempt(task, attempt);
  const pool = awaitedPool(attempt);
  if (pool !== null) return `waits for a machine of the pool ${pool}`;
  if (status === 'working' && attempt.checks.runningSince !== null) return 'its checks are running';
  // Before its first checkpoint, a worker shows the latest activity in its stream.
  const activity = status === 'working' ? attempt.worker?.activity : null;
  return attempt.message ?? activity ?? null;
}

function reasonForCancellation(
  task: TaskState,
  attempt: Attempt | undefined,
  statuses: ReadonlyMap<string, TaskStatus>,
): string | null {
  if (task.cancelRequestedAt !== null) return 'cancelled on request';
  if (attempt?.end?.message) return attempt.end.message;
  const need = deadNeed(task, statuses);
  if (!need) return null;
  return `needs ${need}, which ${statuses.get(need) === 'failed' ? 'failed' : 'was cancelled'}`;
}

/** Why a task that has had an attempt is pending. */
function describeLastAttempt(task: TaskState, attempt: Attempt): string | null {
  if (pendingGate(attempt)?.status === 'approved') return 'approved; will be launched again';
  if (task.rerunRequestedAfter === task.attempts.length) return 'will run again, as requested';
  const { end, message, percent, number, limitedUntil } = attempt;
  if (limitedUntil)
    return `usage limit until ${describeTime(limitedUntil)}; will be launched again then`;
  if (end?.outcome === 'interrupted') {
    const reached = message ? ` at ${percent}%, ${message}` : '';
    const reason = reasonForNewAgent(attempt);
    return `interrupted${reached}; ${reason ? `a new agent will continue: ${reason}` : 'will resume'}`;
  }
  const failure = failureOf(attempt);
  const why = [failure?.category ?? end?.outcome, failure?.message].filter(Boolean).join(': ');
  return failure ? `attempt ${number} ended (${why}); will be retried` : message;
}

function errorOf(state: RunState, task: TaskState, status: TaskStatus): TaskStatusEntry['error'] {
  const spent = isEndedByBudget(state, task) ? spentBudget(state) : null;
  if (spent) {
    const { category, message } = outOfBudget(spent);
    return { category, message };
  }
  const attempt = decidingAttempt(task.attempts);
  if (!attempt) return null;
  if (status === 'working' && isStalled(attempt)) {
    const since = attempt.lastSeenAt ?? attemptStart(attempt);
    return { category: 'stalled', message: `no heartbeat since ${since.slice(11, 19)} UTC` };
  }
  if (status !== 'failed') return null;
  const gate = pendingGate(attempt);
  if (gate?.status === 'denied')
    return { category: 'denied', message: `a person denied \`${gateLine(gate)}\`` };
  const { category, message } = failureOf(attempt) ?? { category: null, message: null };
  return {
    category: category ?? 'empty',
    message: message ?? 'the agent ended without a report',
  };
}
