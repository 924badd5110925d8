import type { AgentEnded, EventOf } from '../../ledger/events.ts';
import { type Attempt, markSeen, recordEnd, recordReport } from '../attempt.ts';
import { attemptOfAgent, proceed, type RunState } from '../run-state.ts';
import { isInterrupted } from '../task-status.ts';
import { adaptLimit } from './attempt-events.ts';
import { recordLateReport } from './task-events.ts';

/** The agent of an attempt is known. */
export function attemptStarted(
  state: RunState,
  { attempt: id, agentId, at }: EventOf<'attempt.started'>,
): void {
  const attempt = state.attempts.get(id);
  if (!attempt) return;
  assignAgent(state, attempt, agentId);
  if (attempt.agentId === agentId) attempt.startedAt = earlierTime(attempt.startedAt, at);
}

export function noteBrief(state: RunState, id: string, isBriefMissing: boolean): void {
  const attempt = state.attempts.get(id);
  if (attempt) attempt.isBriefMissing = isBriefMissing;
}

/** Gives an attempt its agent, along with what is already known of that agent. */
function assignAgent(state: RunState, attempt: Attempt, agentId: string): void {
  if (attempt.agentId) return;
  attempt.agentId = agentId;
  const facts = state.agents.get(agentId);
  attempt.startedAt = facts?.startedAt ?? null;
  const ends = facts?.ends ?? [];
  const { end } = attempt;
  // It counted as timed out only because it was not known that its agent had already ended.
  if (end?.outcome === 'timeout' && ends.some(({ at }) => at <= end.at)) attempt.end = null;
  for (const fact of ends) applyEnd(state, attempt, fact);
}

export function agentStarted(state: RunState, { agentId, at }: EventOf<'agent.started'>): void {
  const facts = factsOf(state, agentId);
  facts.startedAt = earlierTime(facts.startedAt, at);
  Object.assign(facts, { idle: null, isWaiting: false });
  const attempt = attemptOfAgent(state, agentId);
  if (attempt) attempt.startedAt = earlierTime(attempt.startedAt, at);
}

export function agentIdle(state: RunState, idle: EventOf<'agent.idle'>): void {
  Object.assign(factsOf(state, idle.agentId), { idle, isWaiting: false });
}

export function agentContinued(
  state: RunState,
  { agentId, isWaiting, at }: EventOf<'agent.continued'>,
): void {
  Object.assign(factsOf(state, agentId), { idle: null, isWaiting });
  const attempt = attemptOfAgent(state, agentId);
  if (attempt) markSeen(attempt, at);
}

/** Like a launch, this counts if it was possible at its place in the ledger. */
export function agentResumed(state: RunState, event: EventOf<'agent.resumed'>): void {
  const { agentId, at, session, client } = event;
  const attempt = attemptOfAgent(state, agentId);
  if (!attempt || !isInterrupted(state, attempt) || at <= (attempt.end?.at ?? at)) return;
  Object.assign(attempt, { end: null, resumedAt: at, resumeDecision: null, session, client });
  proceed(state, session, at);
}

export function agentEnded(state: RunState, event: AgentEnded): void {
  const { agentId, attempt: id } = event;
  if (agentId) factsOf(state, agentId).ends.push(event);
  const ofAgent = agentId ? attemptOfAgent(state, agentId) : undefined;
  const attempt = id ? state.attempts.get(id) : ofAgent;
  if (!attempt) return;
  if (agentId) assignAgent(state, attempt, agentId);
  adaptLimit(state, attempt, event);
  applyEnd(state, attempt, event);
}

function applyEnd(state: RunState, attempt: Attempt, event: AgentEnded): void {
  const { at, report, abstract } = event;
  if (report && attempt.end?.outcome === 'timeout') recordLateReport(state, attempt.task, report);
  if (report) recordReport(attempt, 'finalMessage', { at, report, abstract });
  recordEnd(attempt, event);
}

/** The agents of a session end with it. */
export function sessionEnded(state: RunState, event: EventOf<'session.ended'>): void {
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

function factsOf(state: RunState, agentId: string) {
  const none = { startedAt: null, ends: [], idle: null, isWaiting: false };
  const facts = state.agents.get(agentId) ?? none;
  state.agents.set(agentId, facts);
  return facts;
}

function earlierTime(known: string | null, at: string): string {
  return known !== null && known < at ? known : at;
}
