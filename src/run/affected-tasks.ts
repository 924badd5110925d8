import type { LedgerEvent } from '../ledger/events.ts';
import { attemptOfAgent, type RunState } from './run-state.ts';

/** Events that no checkpoint file shows. */
const UNSEEN: ReadonlySet<LedgerEvent['event']> = new Set([
  'agent.priced',
  'agent.seen',
  'agent.used',
  'brief.given',
  'brief.replaced',
  'notice.claimed',
  'stall.told',
  'worker.used',
]);

/**
 * The tasks whose checkpoint file some events may change: those that have begun and are named by
 * one of the events, directly or through an attempt, an agent, a gate or a session.
 * @param state after the events
 */
export function affectedTasks(state: RunState, events: readonly LedgerEvent[]): string[] {
  const named = new Set(
    events.filter(({ event }) => !UNSEEN.has(event)).flatMap((event) => tasksNamed(state, event)),
  );
  return [...named].filter((id) => (state.tasks.get(id)?.attempts.length ?? 0) > 0);
}

function tasksNamed(state: RunState, event: LedgerEvent): string[] {
  if (event.event === 'cancel.requested')
    return event.task ? [event.task] : [...state.tasks.keys()];
  if (event.event === 'session.ended') {
    const attempts = [...state.attempts.values()];
    return attempts.filter(({ session }) => session === event.session).map(({ task }) => task);
  }
  if ('task' in event) return [event.task];
  const task = attemptNamed(state, event)?.task;
  return task === undefined ? [] : [task];
}

function attemptNamed(state: RunState, event: LedgerEvent) {
  if ('attempt' in event && event.attempt !== null) return state.attempts.get(event.attempt);
  if ('agentId' in event && event.agentId !== null) return attemptOfAgent(state, event.agentId);
  if (!('gate' in event)) return undefined;
  return [...state.attempts.values()].find(({ gates }) =>
    gates.some(({ id }) => id === event.gate),
  );
}

/** The attempts whose report some events may bring or change. */
export function affectedAttempts(state: RunState, events: readonly LedgerEvent[]) {
  return new Set(events.flatMap((event) => attemptNamed(state, event) ?? []));
}
