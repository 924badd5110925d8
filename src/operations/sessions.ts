import type { LedgerEvent } from '../ledger/events.ts';
import type { ProcessIdentity } from '../platform/process-identity.ts';
import { type Attempt, isAtWork } from '../run/attempt.ts';
import type { RunState } from '../run/run-state.ts';
import { writeProjections } from '../store/projections.ts';
import { appendToRun, type LoadedRun } from '../store/run-handle.ts';

interface Clock {
  now(): string;
}

export type ProcessWatch = Clock & { isAlive(known: ProcessIdentity): boolean };

/** Enters the end of sessions whose client is gone, and with it that of their agents. */
export function endDeadSessions(run: LoadedRun, machine: ProcessWatch): void {
  const orphans = orphansOf(run.state, machine);
  const events = deadProcesses(run.state, machine);
  if (events.length === 0) return;
  appendToRun(run, events);
  if (orphans.length > 0) {
    writeProjections(
      run,
      orphans.map(({ task }) => task),
    );
  }
}

/** What is to be entered of sessions whose client is gone, and of a supervisor that is. */
export function deadProcesses(state: RunState, machine: ProcessWatch): LedgerEvent[] {
  const at = machine.now();
  const sessions = new Set(orphansOf(state, machine).map(({ session }) => session));
  const holder = state.supervision.current;
  const isHolderDead = holder !== null && !machine.isAlive(holder.process);
  return [
    ...[...sessions].map(
      (session) => ({ event: 'session.ended', at, session, reason: 'its client is gone' }) as const,
    ),
    ...(isHolderDead
      ? [{ event: 'supervisor.ended', at, supervisor: holder.id, reason: 'found dead' } as const]
      : []),
  ];
}

function orphansOf(state: RunState, { isAlive }: ProcessWatch): Attempt[] {
  return [...state.attempts.values()].filter(
    (attempt) => isAtWork(attempt) && attempt.client !== null && !isAlive(attempt.client),
  );
}

/** Enters the end of the sessions of all attempts at work that are meant. */
export function endSessions(
  run: LoadedRun,
  isMeant: (attempt: Attempt) => boolean,
  reason: string,
  { now }: Clock,
): void {
  const interrupted = [...run.state.attempts.values()].filter(
    (attempt) => isAtWork(attempt) && isMeant(attempt),
  );
  if (interrupted.length === 0) return;
  const at = now();
  const sessions = new Set(interrupted.map((attempt) => attempt.session));
  appendToRun(
    run,
    [...sessions].map((session) => ({ event: 'session.ended', at, session, reason })),
  );
  writeProjections(
    run,
    interrupted.map((attempt) => attempt.task),
  );
}

/** Makes a session the one that looks after a run. */
export function adoptRun(run: LoadedRun, session: string, { now }: Clock): void {
  if (run.state.session === session) return;
  appendToRun(run, [{ event: 'run.adopted', at: now(), session }]);
}
