import type { LedgerEvent } from '../ledger/events.ts';
import { type Attempt, isRunning } from '../run/attempt.ts';
import type { LiveSession, RunState } from '../run/run-state.ts';
import { commit } from '../store/commit.ts';
import type { Host } from '../store/host.ts';
import type { RunHandle } from '../store/run-handle.ts';
import { endsOfIdle } from './record-idle.ts';

/** Tells which processes are dead. */
export type ProcessProbe = Pick<Host, 'now' | 'isAlive'>;

/** Records the end of sessions whose client is gone, and with it the end of their agents. */
export function recordDeadSessions(run: RunHandle, host: Host): void {
  const events = deadSessionEvents(run.state, host);
  if (events.length > 0) commit(run, events, host);
}

/** How long a session may take to launch the first agents of a run; milliseconds. */
const UNTIL_FIRST_LAUNCH = 10 * 60_000;

/**
 * The session that launches the tasks of a run as they become ready. Between two launches no agent
 * of it need be running.
 * @returns null if there is none, its client is gone, the run is paused, or a supervisor executes it
 *   instead
 */
export function findLiveSession(
  { session, supervision, attempts, lastEventAt, pause }: RunState,
  { now, isAlive }: ProcessProbe,
): LiveSession | null {
  if (session === null || supervision.options !== null || pause !== null) return null;
  const latest = [...attempts.values()].findLast(({ client }) => client !== null);
  // `/clear` gives the same client another session.
  if (latest?.client && isAlive(latest.client)) return { pid: latest.client.pid };
  if (latest?.session === session) return null;
  const isRecent = Date.parse(now()) - Date.parse(lastEventAt) < UNTIL_FIRST_LAUNCH;
  return isRecent ? { pid: null } : null;
}

/** The events for sessions whose client is gone, and for a dead supervisor. */
export function deadSessionEvents(state: RunState, machine: ProcessProbe): LedgerEvent[] {
  const at = machine.now();
  const orphans = orphansOf(state, machine);
  const sessions = new Set(orphans.map(({ session }) => session));
  const holder = state.supervision.current;
  const isHolderDead = holder !== null && !machine.isAlive(holder.process);
  return [
    ...endsOfIdle(state, orphans, at),
    ...[...sessions].map(
      (session) => ({ event: 'session.ended', at, session, reason: 'its client is gone' }) as const,
    ),
    ...(isHolderDead
      ? [{ event: 'supervisor.ended', at, supervisor: holder.id, reason: 'found dead' } as const]
      : []),
  ];
}

function orphansOf(state: RunState, { isAlive }: ProcessProbe): Attempt[] {
  return [...state.attempts.values()].filter(
    (attempt) => isRunning(attempt) && attempt.client !== null && !isAlive(attempt.client),
  );
}

/** Records the end of the sessions of all running attempts that match. */
export function recordSessionsEnded(
  run: RunHandle,
  isMeant: (attempt: Attempt) => boolean,
  reason: string,
  host: Host,
): void {
  const interrupted = [...run.state.attempts.values()].filter(
    (attempt) => isRunning(attempt) && isMeant(attempt),
  );
  if (interrupted.length === 0) return;
  const at = host.now();
  const sessions = new Set(interrupted.map((attempt) => attempt.session));
  const ended = [...sessions].map(
    (session) => ({ event: 'session.ended', at, session, reason }) as const,
  );
  commit(run, [...endsOfIdle(run.state, interrupted, at), ...ended], host);
}

/** Makes a session the owner of a run. */
export function takeOverRun(run: RunHandle, session: string, host: Host): void {
  if (run.state.session === session) return;
  commit(run, [{ event: 'run.adopted', at: host.now(), session }], host);
}
