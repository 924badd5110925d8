import type { AgentEnded, EventOf } from '../../ledger/events.ts';
import { formatLimit } from '../../text/format.ts';
import {
  type Attempt,
  isRunning,
  newAttempt,
  type Refusal,
  recordEnd,
  recordReport,
} from '../attempt.ts';
import { outOfBudget, spentBudget } from '../budget.ts';
import { clientLimit, isOverload } from '../classify-error.ts';
import { noChecks } from '../evidence/check.ts';
import { isQueued } from '../pools/attempt-place.ts';
import { retryTime } from '../retry-policy.ts';
import {
  countPooled,
  freeSlots,
  MAX_ORDERS,
  proceed,
  type RunState,
  type TaskState,
} from '../run-state.ts';
import { isEndedByBudget, taskStatuses } from '../task-status.ts';

/** A launch counts if it was possible at its place in the ledger; else its attempt has a refusal. */
export function attemptLaunched(state: RunState, event: EventOf<'attempt.launched'>): void {
  const task = state.tasks.get(event.task);
  if (!task || state.attempts.has(event.attempt)) return;
  const refusal = reasonToRefuse(state, task, event);
  const attempt = newAttempt({
    id: event.attempt,
    task: event.task,
    session: event.session,
    client: event.client ?? null,
    worker: event.supervisor
      ? {
          ...{ supervisor: event.supervisor, process: null, usage: null },
          ...{ contextTokens: null, activity: null, deniedTools: [] },
          ...{ pool: event.pool ?? null, machine: null, isMachineLost: false },
        }
      : null,
    key: event.key ?? null,
    checks: noChecks(task.plan.check.length > 0),
    number: refusal ? 0 : task.attempts.length + 1,
    launchedAt: event.at,
    refusal,
  });
  state.attempts.set(attempt.id, attempt);
  if (refusal) return;
  task.attempts.push(attempt);
  // The session of a worker is responsible for its own task only.
  if (attempt.worker) return;
  proceed(state, event.session, event.at);
}

/** The calls of one message come within this time and count once; milliseconds. */
const ONE_MESSAGE = 1_000;

/** The orchestrator called `Agent`, but launched no task. */
export function launchMissed(state: RunState, { at }: EventOf<'launch.missed'>): void {
  const { missedLaunches: known } = state;
  if (Date.parse(at) - Date.parse(known.at) < ONE_MESSAGE) return;
  state.missedLaunches = { count: known.count + 1, at };
}

function reasonToRefuse(
  state: RunState,
  task: TaskState,
  { at, pool }: EventOf<'attempt.launched'>,
): Refusal | null {
  const statuses = taskStatuses(state);
  const status = statuses.get(task.plan.id) ?? 'pending';
  const spent = isEndedByBudget(state, task) ? spentBudget(state) : null;
  if (spent) return { reason: 'budget', message: outOfBudget(spent).message };
  if (status !== 'pending') return { reason: 'not-pending', status };
  const waitingFor = task.plan.needs.filter((need) => statuses.get(need) !== 'completed');
  if (waitingFor.length > 0) return { reason: 'needs', waitingFor };
  const retryAt = retryTime(state.opened, task);
  if (retryAt !== null && at < retryAt) return { reason: 'too-early', retryAt };
  const { limitedUntil } = state;
  if (limitedUntil && at < limitedUntil) return { reason: 'too-early', retryAt: limitedUntil };
  if (!pool && !hasSlotHere(state, task)) return { reason: 'limit', limit: state.parallel.limit };
  return null;
}

/** A conflict is resolved in this repository, even if this machine does nothing else of the run. */
function hasSlotHere(state: RunState, { plan }: TaskState): boolean {
  return freeSlots(state) > 0 || (state.parallel.limit === 0 && plan.resolves !== undefined);
}

/** The client refused to start an agent. */
export function attemptRefused(state: RunState, event: EventOf<'attempt.refused'>): void {
  const attempt = state.attempts.get(event.attempt);
  if (!attempt || attempt.refusal || attempt.agentId || attempt.report) return;
  if (event.category !== 'transient') {
    recordEnd(attempt, { ...event, outcome: 'failed' });
    return;
  }
  const limit = clientLimit(event.message);
  if (limit !== null) lowerLimit(state, limit, event.at);
  // A launch that only has to wait leaves no attempt: the task is ready again.
  attempt.refusal = { reason: 'client', message: event.message };
  attempt.number = 0;
  const task = state.tasks.get(attempt.task);
  if (task) task.attempts = task.attempts.filter((other) => other !== attempt);
}

/** A running attempt has exceeded the `startToCloseTimeout` of its tier. */
export function attemptTimedOut(state: RunState, event: EventOf<'attempt.timed_out'>): void {
  const attempt = state.attempts.get(event.attempt);
  const task = attempt && state.tasks.get(attempt.task);
  if (!attempt || !task || !isRunning(attempt)) return;
  const { startToCloseTimeout } = state.opened.policy.tiers[task.plan.tier];
  recordEnd(attempt, {
    at: event.at,
    outcome: 'timeout',
    category: 'timeout',
    message: `it was not done after ${formatLimit(startToCloseTimeout)}`,
  });
}

/**
 * The report of an earlier run becomes that of a task. It counts like an attempt that reported, if
 * the task could have been launched at this place in the ledger.
 */
export function taskReused(state: RunState, event: EventOf<'task.reused'>): void {
  const { at, attempt: id, key, from: reusedFrom, report, abstract } = event;
  const task = state.tasks.get(event.task);
  const statuses = taskStatuses(state);
  if (!task || state.attempts.has(id) || statuses.get(event.task) !== 'pending') return;
  if (task.plan.needs.some((need) => statuses.get(need) !== 'completed')) return;
  const attempt = newAttempt({
    id,
    task: event.task,
    session: id,
    key,
    reusedFrom,
    number: task.attempts.length + 1,
    launchedAt: at,
    startedAt: at,
    percent: 100,
  });
  state.attempts.set(id, attempt);
  task.attempts.push(attempt);
  recordReport(attempt, 'explicitReport', { at, report, abstract });
  recordEnd(attempt, { at, outcome: 'reported', category: null, message: null });
}

/**
 * Adapts how many agents may run at once: a rate limit or overload halves the number, a completion
 * raises it by one. A failure of an attempt that began before the last change says nothing about the
 * new number.
 */
export function adaptLimit(state: RunState, attempt: Attempt, event: AgentEnded): void {
  if (attempt.end || attempt.limitedUntil) return;
  if (attempt.worker?.pool) {
    adaptOrders(state, attempt, event);
    return;
  }
  const { limit, since } = state.parallel;
  const { maxParallel } = state.opened.policy;
  if (event.outcome === 'reported' && limit < maxParallel) {
    state.parallel = { limit: limit + 1, since };
  } else if (isOverload(event.category, event.message)) {
    if (attempt.launchedAt >= since) lowerLimit(state, Math.floor(limit / 2), event.at);
  }
}

/** The same for what is out in pools; how many slots there are is known to their machines alone. */
function adaptOrders(state: RunState, attempt: Attempt, event: AgentEnded): void {
  const { limit, since } = state.orders;
  if (event.outcome === 'reported' && limit < MAX_ORDERS) {
    state.orders = { limit: limit + 1, since };
  } else if (isOverload(event.category, event.message) && attempt.launchedAt >= since) {
    const running = Math.min(
      limit,
      countPooled(state, (one) => !isQueued(one)),
    );
    state.orders = { limit: Math.max(1, Math.floor(running / 2)), since: event.at };
  }
}

function lowerLimit(state: RunState, limit: number, at: string): void {
  if (limit >= state.parallel.limit) return;
  state.parallel = { limit: Math.max(1, limit), since: at };
}
