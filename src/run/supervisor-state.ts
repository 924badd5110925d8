import type { LedgerEvent, SupervisorStarted, WorkerOptions } from '../ledger/events.ts';
import type { ProcessIdentity } from '../platform/process-identity.ts';
import type { RunState } from './run-state.ts';

/** Who executes a run without a conversation. */
export interface SupervisorState {
  /** The supervisor that has the run; null when none does. It may be dead. */
  current: Supervisor | null;
  /** How the workers were started last; null when the run never had a supervisor. */
  options: WorkerOptions | null;
}

export interface Supervisor {
  id: string;
  process: ProcessIdentity;
}

export const NOT_SUPERVISED: SupervisorState = { current: null, options: null };

type EventOf<Name extends LedgerEvent['event']> = Extract<LedgerEvent, { event: Name }>;

/**
 * A supervisor gets the run only from the one it names. So of two that start at the same moment the
 * one whose line comes first has it, and the other sees that it has not.
 */
export function supervisorStarted(state: RunState, event: SupervisorStarted): void {
  const { current } = state.supervision;
  if ((current?.id ?? null) !== event.replaces) return;
  const { supervisor: id, process, options, maxParallel } = event;
  state.supervision = { current: { id, process }, options };
  const { policy } = state.opened;
  state.opened = { ...state.opened, policy: { ...policy, maxParallel } };
  state.parallel = { limit: maxParallel, since: event.at };
}

export function supervisorEnded(state: RunState, event: EventOf<'supervisor.ended'>): void {
  const { current, options } = state.supervision;
  if (current?.id === event.supervisor) state.supervision = { current: null, options };
}

export function workerStarted(state: RunState, event: EventOf<'worker.started'>): void {
  const worker = state.attempts.get(event.attempt)?.worker;
  if (worker) worker.process = event.process;
}

export function workerUsed(state: RunState, event: EventOf<'worker.used'>): void {
  const attempt = state.attempts.get(event.attempt);
  const worker = attempt?.worker;
  if (!worker) return;
  // What its stream tells is a sign of life.
  if (event.at > (attempt.lastSeenAt ?? '')) attempt.lastSeenAt = event.at;
  worker.usage = event.usage;
  worker.activity = event.activity;
}
