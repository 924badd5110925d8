import type { AgentEnded, LedgerEvent, Report, RunOpened } from '../schema/ledger-event.ts';
import { type Attempt, isAtWork, type Refusal, recordEnd, recordReport } from './attempt.ts';
import { type TaskState, taskStatuses } from './task-status.ts';

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
  /** Reports that came for a task when no attempt of it was at work. */
  lateReports: { task: string; report: Report }[];
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
    else if (event.event === 'run.opened') state = openRun(event);
  }
  return state;
}

export function openRun(opened: RunOpened): RunState {
  return {
    opened,
    tasks: new Map(opened.tasks.map((plan) => [plan.id, { plan, attempts: [], log: [] }])),
    attempts: new Map(),
    agents: new Map(),
    lateReports: [],
    isSummaryRead: false,
    lastEventAt: opened.at,
  };
}

type EventOf<Name extends LedgerEvent['event']> = Extract<LedgerEvent, { event: Name }>;

const APPLY: { [Name in LedgerEvent['event']]: (state: RunState, event: EventOf<Name>) => void } = {
  'run.opened': () => {},
  'attempt.launched': launched,
  'attempt.started': attemptStarted,
  'attempt.refused': refused,
  'agent.started': agentStarted,
  'agent.ended': agentEnded,
  'task.checkpoint': checkpoint,
  'report.stored': reportStored,
  'session.ended': sessionEnded,
  'summary.read': (state) => {
    state.isSummaryRead = true;
  },
};

/** Applies one event to `state` in place. An event that says nothing new changes nothing. */
export function applyEvent(state: RunState, event: LedgerEvent): void {
  if (event.at > state.lastEventAt) state.lastEventAt = event.at;
  APPLY[event.event](state, event as never);
}

function launched(state: RunState, event: EventOf<'attempt.launched'>): void {
  const task = state.tasks.get(event.task);
  if (!task || state.attempts.has(event.attempt)) return;
  const refusal = whyNotLaunchable(state, task);
  const attempt: Attempt = {
    id: event.attempt,
    task: event.task,
    session: event.session,
    number: refusal ? 0 : task.attempts.length + 1,
    launchedAt: event.at,
    startedAt: null,
    agentId: null,
    percent: 0,
    message: null,
    report: null,
    reportFact: null,
    abstract: null,
    end: null,
    refusal,
  };
  state.attempts.set(attempt.id, attempt);
  if (!refusal) task.attempts.push(attempt);
}

function whyNotLaunchable(state: RunState, task: TaskState): Refusal | null {
  const statuses = taskStatuses(state.tasks);
  const status = statuses.get(task.plan.id) ?? 'pending';
  if (status !== 'pending') return { reason: 'not-pending', status };
  const waitingFor = task.plan.needs.filter((need) => statuses.get(need) !== 'completed');
  if (waitingFor.length > 0) return { reason: 'needs', waitingFor };
  if (freeSlots(state) === 0) return { reason: 'limit', limit: state.opened.policy.maxParallel };
  return null;
}

/** How many more agents may work at once. */
export function freeSlots(state: RunState): number {
  let free = state.opened.policy.maxParallel;
  for (const task of state.tasks.values()) {
    const attempt = task.attempts.at(-1);
    if (attempt && isAtWork(attempt)) free--;
  }
  return Math.max(0, free);
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
  for (const fact of facts?.ends ?? []) settle(attempt, fact);
}

function earlier(known: string | null, at: string): string {
  return known !== null && known < at ? known : at;
}

function refused(state: RunState, event: EventOf<'attempt.refused'>): void {
  const attempt = state.attempts.get(event.attempt);
  if (!attempt || attempt.refusal || attempt.agentId || attempt.report) return;
  if (event.category !== 'transient') {
    recordEnd(attempt, { ...event, outcome: 'failed' });
    return;
  }
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
  settle(attempt, event);
}

function settle(attempt: Attempt, event: AgentEnded): void {
  const { at, report } = event;
  if (report) recordReport(attempt, { at, report, isStored: false });
  const counts = recordEnd(attempt, event);
  if (counts && event.outcome === 'reported') attempt.abstract = event.abstract ?? attempt.abstract;
}

function checkpoint(state: RunState, event: EventOf<'task.checkpoint'>): void {
  const task = state.tasks.get(event.task);
  const attempt = task?.attempts.at(-1);
  if (!task || !attempt) return;
  const { at, message } = event;
  attempt.percent = Math.max(attempt.percent, event.percent);
  attempt.message = message;
  const isKnown = task.log.some((known) => known.at === at && known.message === message);
  if (isKnown) return;
  task.log.push({ at, attempt: attempt.number, percent: attempt.percent, message });
}

function reportStored(state: RunState, event: EventOf<'report.stored'>): void {
  const attempt = event.attempt ? state.attempts.get(event.attempt) : undefined;
  const { at, task, report } = event;
  if (attempt) {
    recordReport(attempt, { at, report, isStored: true });
    attempt.abstract ??= event.abstract;
  } else if (!state.lateReports.some((late) => late.report.path === report.path)) {
    state.lateReports.push({ task, report });
  }
}

function sessionEnded(state: RunState, event: EventOf<'session.ended'>): void {
  for (const attempt of state.attempts.values()) {
    if (attempt.session !== event.session || attempt.refusal) continue;
    recordEnd(attempt, {
      at: event.at,
      outcome: 'lost',
      category: 'lost',
      message: `its session ended (${event.reason}) before it reported`,
    });
  }
}

function factsOf(state: RunState, agentId: string): AgentFacts {
  const facts = state.agents.get(agentId) ?? { startedAt: null, ends: [] };
  state.agents.set(agentId, facts);
  return facts;
}

/** The attempt an agent works on; undefined while that is not known. */
export function attemptOfAgent(state: RunState, agentId: string): Attempt | undefined {
  for (const attempt of state.attempts.values()) if (attempt.agentId === agentId) return attempt;
  return undefined;
}
