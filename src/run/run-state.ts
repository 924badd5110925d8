import type { AgentEnded, LedgerEvent, Report, RunOpened } from '../ledger/events.ts';
import type { Task } from '../plan/plan-schema.ts';
import { formatDuration } from '../text/format.ts';
import {
  type Attempt,
  isRunning,
  markReportLost,
  newAttempt,
  type Refusal,
  recordEnd,
  recordReport,
} from './attempt.ts';
import { applyCachedResult } from './cached-result.ts';
import { clientLimit, isOverload } from './classify-error.ts';
import { applyGateDecision, type Gate, newGate, useGate } from './gate.ts';
import { touch } from './memoize-by-revision.ts';
import { retryTime } from './retry-policy.ts';
import {
  NOT_SUPERVISED,
  type SupervisorState,
  supervisorEnded,
  supervisorStarted,
  workerStarted,
  workerUsed,
} from './supervisor-state.ts';
import { isRecorded, type TaskState, taskStatuses } from './task-status.ts';
import {
  type Worktree,
  worktreeAdded,
  worktreeMeasured,
  worktreeRemoved,
} from './worktree-state.ts';

/**
 * The state of a run, folded from its ledger.
 *
 * Two rules make it the same whatever the order in which concurrent writers got to the ledger: a
 * launch counts if it was possible at its place in the ledger, so the first of two wins; and of
 * several facts about how one attempt ended the strongest counts.
 */
export interface RunState {
  opened: RunOpened;
  tasks: Map<string, TaskState>;
  /** Every attempt by its id, also those whose launch was not accepted. */
  attempts: Map<string, Attempt>;
  /** What is known of agents by their ids, some of it before the attempt they belong to. */
  agents: Map<string, AgentFacts>;
  /** Every gate by its id; each is also among those of its attempt. */
  gates: Map<string, Gate>;
  /** Reports that came for a task when no attempt of it was at work. */
  lateReports: { task: string; report: Report }[];
  /** The session that looks after the run now; null before any did. */
  session: string | null;
  /** Who executes the run without a conversation. */
  supervision: SupervisorState;
  /** The git worktrees of tasks, by task. */
  worktrees: Map<string, Worktree>;
  /** How many agents may work at once now, and since which moment. */
  parallel: { limit: number; since: string };
  /** Who undertook to tell people of what, by channel and notice. */
  takenNotifications: Map<string, string>;
  /** How often in a row the end of the orchestrator's turn was held back. */
  blockedTurns: number;
  /** Whether the orchestrator read the summary after the run had ended. */
  isSummaryRead: boolean;
  lastEventAt: string;
}

interface AgentFacts {
  startedAt: string | null;
  ends: AgentEnded[];
}

/**
 * Folds a ledger.
 * @returns null when there is no `run.opened` event.
 */
export function foldLedger(events: Iterable<LedgerEvent>): RunState | null {
  let state: RunState | null = null;
  for (const event of events) {
    if (state) applyEvent(state, event);
    else if (event.event === 'run.opened') state = initialState(event);
  }
  return state;
}

export function initialState(opened: RunOpened): RunState {
  return {
    opened,
    tasks: new Map(opened.tasks.map((plan) => [plan.id, newTask(plan)])),
    attempts: new Map(),
    agents: new Map(),
    gates: new Map(),
    lateReports: [],
    session: opened.session,
    supervision: NOT_SUPERVISED,
    worktrees: new Map(),
    parallel: { limit: opened.policy.maxParallel, since: opened.at },
    takenNotifications: new Map(),
    blockedTurns: 0,
    isSummaryRead: false,
    lastEventAt: opened.at,
  };
}

function newTask(plan: Task): TaskState {
  return {
    plan,
    attempts: [],
    log: [],
    logged: new Set(),
    undeclaredWrites: [],
    cancelRequestedAt: null,
    retryRequestedAfter: null,
  };
}

type EventOf<Name extends LedgerEvent['event']> = Extract<LedgerEvent, { event: Name }>;

const APPLY: { [Name in LedgerEvent['event']]: (state: RunState, event: EventOf<Name>) => void } = {
  'run.opened': () => {},
  'attempt.launched': launched,
  'attempt.started': attemptStarted,
  'attempt.refused': refused,
  'agent.started': agentStarted,
  'agent.resumed': agentResumed,
  'agent.delegated': (state, { attempt: id }) => {
    const attempt = state.attempts.get(id);
    if (attempt) attempt.isDelegating = true;
  },
  'agent.ended': agentEnded,
  'task.checkpoint': checkpoint,
  'report.stored': reportStored,
  'report.lost': (state, { attempt: id }) => {
    const attempt = state.attempts.get(id);
    if (attempt) markReportLost(attempt);
  },
  'session.ended': sessionEnded,
  'summary.read': (state) => {
    state.isSummaryRead = true;
  },
  'attempt.timed_out': timedOut,
  'agent.seen': agentSeen,
  'attempt.stalled': (state, { attempt: id, at }) => {
    const attempt = state.attempts.get(id);
    if (attempt) attempt.stalledAt = later(attempt.stalledAt, at);
  },
  'stall.told': (state, { attempt: id, at }) => {
    const attempt = state.attempts.get(id);
    if (attempt) attempt.stallReportedAt = later(attempt.stallReportedAt, at);
  },
  'notice.claimed': ({ takenNotifications }, { channel, notice, by }) => {
    const key = `${channel} ${notice}`;
    if (!takenNotifications.has(key)) takenNotifications.set(key, by);
  },
  'cancel.requested': cancelRequested,
  'retry.requested': retryRequested,
  'gate.asked': gateAsked,
  'gate.approved': (state, event) => gateDecided(state, event, 'approved'),
  'gate.denied': (state, event) => gateDecided(state, event, 'denied'),
  'gate.used': gateUsed,
  'file.outside': fileOutside,
  'run.adopted': (state, { session }) => {
    state.session = session;
    state.blockedTurns = 0;
  },
  'turn.held': (state) => {
    state.blockedTurns++;
  },
  'supervisor.started': supervisorStarted,
  'supervisor.ended': supervisorEnded,
  'worker.started': workerStarted,
  'worker.used': workerUsed,
  'task.reused': applyCachedResult,
  'worktree.added': worktreeAdded,
  'worktree.measured': worktreeMeasured,
  'worktree.removed': worktreeRemoved,
};

/** Applies one event to `state` in place. An event that says nothing new changes nothing. */
export function applyEvent(state: RunState, event: LedgerEvent): void {
  if (event.at > state.lastEventAt) state.lastEventAt = event.at;
  APPLY[event.event](state, event as never);
  touch(state);
}

function launched(state: RunState, event: EventOf<'attempt.launched'>): void {
  const task = state.tasks.get(event.task);
  if (!task || state.attempts.has(event.attempt)) return;
  const refusal = whyNotLaunchable(state, task, event.at);
  const attempt = newAttempt({
    id: event.attempt,
    task: event.task,
    session: event.session,
    client: event.client ?? null,
    worker: event.supervisor
      ? { supervisor: event.supervisor, process: null, usage: null, activity: null }
      : null,
    key: event.key ?? null,
    number: refusal ? 0 : task.attempts.length + 1,
    launchedAt: event.at,
    refusal,
  });
  state.attempts.set(attempt.id, attempt);
  if (refusal) return;
  task.attempts.push(attempt);
  // A worker's session looks after its own task alone.
  if (attempt.worker) return;
  state.session = event.session;
  state.blockedTurns = 0;
}

function whyNotLaunchable(state: RunState, task: TaskState, at: string): Refusal | null {
  const statuses = taskStatuses(state);
  const status = statuses.get(task.plan.id) ?? 'pending';
  if (status !== 'pending') return { reason: 'not-pending', status };
  const waitingFor = task.plan.needs.filter((need) => statuses.get(need) !== 'completed');
  if (waitingFor.length > 0) return { reason: 'needs', waitingFor };
  const retryAt = retryTime(state.opened, task);
  if (retryAt !== null && at < retryAt) return { reason: 'too-early', retryAt };
  if (freeSlots(state) === 0) return { reason: 'limit', limit: state.parallel.limit };
  return null;
}

/** How many more agents may work at once. */
export function freeSlots(state: RunState): number {
  return Math.max(0, state.parallel.limit - countRunning(state));
}

/** How many agents work, or wait in their session. */
export function countRunning(state: RunState): number {
  const latest = [...state.tasks.values()].flatMap(({ attempts }) => attempts.at(-1) ?? []);
  return latest.filter(isRunning).length;
}

function attemptStarted(
  state: RunState,
  { attempt: id, agentId, at }: EventOf<'attempt.started'>,
): void {
  const attempt = state.attempts.get(id);
  if (!attempt) return;
  link(state, attempt, agentId);
  if (attempt.agentId === agentId) attempt.startedAt = earlier(attempt.startedAt, at);
}

function link(state: RunState, attempt: Attempt, agentId: string): void {
  if (attempt.agentId) return;
  attempt.agentId = agentId;
  const facts = state.agents.get(agentId);
  attempt.startedAt = facts?.startedAt ?? null;
  const ends = facts?.ends ?? [];
  const { end } = attempt;
  // Its time was taken for over only because it was not known that this agent had ended.
  if (end?.outcome === 'timeout' && ends.some(({ at }) => at <= end.at)) attempt.end = null;
  for (const fact of ends) settle(state, attempt, fact);
}

function earlier(known: string | null, at: string): string {
  return known !== null && known < at ? known : at;
}

function later(known: string | null, at: string): string {
  return known !== null && known > at ? known : at;
}

function refused(state: RunState, event: EventOf<'attempt.refused'>): void {
  const attempt = state.attempts.get(event.attempt);
  if (!attempt || attempt.refusal || attempt.agentId || attempt.report) return;
  if (event.category !== 'transient') {
    recordEnd(attempt, { ...event, outcome: 'failed' });
    return;
  }
  const limit = clientLimit(event.message);
  if (limit !== null) lowerLimit(state, limit, event.at);
  // A launch that only has to wait leaves no attempt behind: the task is ready again.
  attempt.refusal = { reason: 'client', message: event.message };
  attempt.number = 0;
  const task = state.tasks.get(attempt.task);
  if (task) task.attempts = task.attempts.filter((other) => other !== attempt);
}

function agentStarted(state: RunState, { agentId, at }: EventOf<'agent.started'>): void {
  const facts = factsOf(state, agentId);
  facts.startedAt = earlier(facts.startedAt, at);
  const attempt = attemptOfAgent(state, agentId);
  if (attempt) attempt.startedAt = earlier(attempt.startedAt, at);
}

/** Counts, like a launch, if it was possible at its place in the ledger. */
function agentResumed(state: RunState, event: EventOf<'agent.resumed'>): void {
  const { agentId, at, session, client } = event;
  const attempt = attemptOfAgent(state, agentId);
  if (!attempt || !isInterrupted(state, attempt) || at <= (attempt.end?.at ?? at)) return;
  Object.assign(attempt, { end: null, resumedAt: at, session, client });
  state.session = session;
  state.blockedTurns = 0;
}

/** Whether a task waits only because the session of its last attempt ended. */
export function isInterrupted(state: RunState, attempt: Attempt): boolean {
  return (
    attempt.end?.outcome === 'interrupted' &&
    state.tasks.get(attempt.task)?.attempts.at(-1) === attempt &&
    taskStatuses(state).get(attempt.task) === 'pending'
  );
}

function agentSeen(state: RunState, { agentId, at }: EventOf<'agent.seen'>): void {
  const attempt = attemptOfAgent(state, agentId);
  if (attempt) attempt.lastSeenAt = later(attempt.lastSeenAt, at);
}

function agentEnded(state: RunState, event: AgentEnded): void {
  const { agentId } = event;
  if (agentId) factsOf(state, agentId).ends.push(event);
  const attempt = event.attempt
    ? state.attempts.get(event.attempt)
    : agentId
      ? attemptOfAgent(state, agentId)
      : undefined;
  if (!attempt) return;
  if (agentId) link(state, attempt, agentId);
  adaptLimit(state, attempt, event);
  settle(state, attempt, event);
}

/**
 * Rate limits and overload halve how many agents may work at once, completions raise it by one.
 * Failures of attempts that began before the last halving tell nothing new.
 */
function adaptLimit(state: RunState, attempt: Attempt, event: AgentEnded): void {
  if (attempt.end) return;
  const { limit, since } = state.parallel;
  const { maxParallel } = state.opened.policy;
  if (event.outcome === 'reported' && limit < maxParallel) {
    state.parallel = { limit: limit + 1, since };
  } else if (isOverload(event.category, event.message)) {
    if (attempt.launchedAt >= since) lowerLimit(state, Math.floor(limit / 2), event.at);
  }
}

function lowerLimit(state: RunState, limit: number, at: string): void {
  if (limit >= state.parallel.limit) return;
  state.parallel = { limit: Math.max(1, limit), since: at };
}

function settle(state: RunState, attempt: Attempt, event: AgentEnded): void {
  const { at, report, abstract } = event;
  if (report && attempt.end?.outcome === 'timeout') keepLate(state, attempt.task, report);
  if (report) recordReport(attempt, 'finalMessage', { at, report, abstract });
  recordEnd(attempt, event);
}

function checkpoint(state: RunState, event: EventOf<'task.checkpoint'>): void {
  const task = state.tasks.get(event.task);
  const attempt = task?.attempts.at(-1);
  if (!task || !attempt) return;
  const { at, message } = event;
  attempt.percent = Math.max(attempt.percent, event.percent);
  attempt.lastSeenAt = later(attempt.lastSeenAt, at);
  attempt.message = message;
  const key = `${at} ${message}`;
  if (task.logged.has(key)) return;
  task.logged.add(key);
  task.log.push({ at, attempt: attempt.number, percent: attempt.percent, message });
}

function reportStored(state: RunState, event: EventOf<'report.stored'>): void {
  const attempt = event.attempt ? state.attempts.get(event.attempt) : undefined;
  const { at, task, report, abstract } = event;
  if (attempt) {
    recordReport(attempt, 'explicitReport', { at, report, abstract });
    attempt.lastSeenAt = later(attempt.lastSeenAt, at);
  } else keepLate(state, task, report);
}

function keepLate(state: RunState, task: string, report: Report): void {
  if (state.lateReports.some((late) => late.report.path === report.path)) return;
  state.lateReports.push({ task, report });
}

function sessionEnded(state: RunState, event: EventOf<'session.ended'>): void {
  for (const attempt of state.attempts.values()) {
    if (attempt.session !== event.session || attempt.refusal) continue;
    if (attempt.resumedAt !== null && event.at <= attempt.resumedAt) continue;
    recordEnd(attempt, {
      at: event.at,
      outcome: 'interrupted',
      category: 'lost',
      message: `its session ended (${event.reason}) before it reported`,
    });
  }
}

function timedOut(state: RunState, event: EventOf<'attempt.timed_out'>): void {
  const attempt = state.attempts.get(event.attempt);
  const task = attempt && state.tasks.get(attempt.task);
  if (!attempt || !task || !isRunning(attempt)) return;
  const { startToCloseTimeout } = state.opened.policy.tiers[task.plan.tier];
  recordEnd(attempt, {
    at: event.at,
    outcome: 'timeout',
    category: 'timeout',
    message: `it was not done after ${formatDuration(startToCloseTimeout)}`,
  });
}

function cancelRequested(state: RunState, event: EventOf<'cancel.requested'>): void {
  for (const [id, task] of state.tasks) {
    if (event.task !== null && event.task !== id) continue;
    task.cancelRequestedAt ??= event.at;
    task.retryRequestedAfter = null;
  }
}

function retryRequested(state: RunState, event: EventOf<'retry.requested'>): void {
  const task = state.tasks.get(event.task);
  if (!task) return;
  task.retryRequestedAfter = task.attempts.length;
  task.cancelRequestedAt = null;
  state.isSummaryRead = false;
}

function gateAsked(state: RunState, event: EventOf<'gate.asked'>): void {
  const attempt = state.attempts.get(event.attempt);
  if (!attempt || state.gates.has(event.gate)) return;
  const gate = newGate(event);
  state.gates.set(gate.id, gate);
  attempt.gates.push(gate);
}

function gateDecided(
  state: RunState,
  { gate: id, where, at }: EventOf<'gate.approved' | 'gate.denied'>,
  status: 'approved' | 'denied',
): void {
  const gate = state.gates.get(id);
  if (gate) applyGateDecision(gate, status, where, at);
}

function gateUsed(state: RunState, event: EventOf<'gate.used'>): void {
  const gate = state.gates.get(event.gate);
  if (gate) useGate(gate, event.call);
}

function fileOutside(state: RunState, { task: id, path, claimedBy }: EventOf<'file.outside'>) {
  const task = state.tasks.get(id);
  if (!task || isRecorded(task, path, claimedBy)) return;
  task.undeclaredWrites.push({ path, claimedBy });
}

function factsOf(state: RunState, agentId: string): AgentFacts {
  const facts = state.agents.get(agentId) ?? { startedAt: null, ends: [] };
  state.agents.set(agentId, facts);
  return facts;
}

/**
 * The attempt that an agent of a session works for, also one that was launched by the attempt's
 * own agent. Nothing tells those from other agents of the session, so these count as well while an
 * agent that launched some is at work.
 */
export function latestAttempt(
  state: RunState,
  agent: { id: string; session: string },
): Attempt | undefined {
  const isParent = (attempt: Attempt) =>
    attempt.isDelegating && attempt.session === agent.session && isRunning(attempt);
  return attemptOfAgent(state, agent.id) ?? [...state.attempts.values()].find(isParent);
}

/** The attempt an agent works on; undefined while that is not known. */
export function attemptOfAgent(state: RunState, agentId: string): Attempt | undefined {
  for (const attempt of state.attempts.values()) if (attempt.agentId === agentId) return attempt;
  return undefined;
}
