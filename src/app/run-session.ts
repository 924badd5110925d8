import { type Attempt, isAtWork } from '../core/attempt.ts';
import type { ClientProcess } from '../schema/ledger-event.ts';
import { appendToRun, type LoadedRun } from '../store/load-run.ts';
import { writeProjections } from '../store/projections.ts';

interface Clock {
  now(): string;
}

/** Enters the end of sessions whose client is gone, and with it that of their agents. */
export function endDeadSessions(
  run: LoadedRun,
  { now, isAlive }: Clock & { isAlive(client: ClientProcess): boolean },
): void {
  const isOrphan = ({ client }: Attempt) => client !== null && !isAlive(client);
  endSessions(run, isOrphan, 'its client is gone', { now });
  const holder = run.state.supervision.current;
  if (!holder || isAlive(holder.process)) return;
  const reason = 'found dead';
  appendToRun(run, [{ event: 'supervisor.ended', at: now(), supervisor: holder.id, reason }]);
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
