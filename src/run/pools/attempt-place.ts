import type { Attempt } from '../attempt.ts';

/** Whether an attempt waits for a machine of its pool, so that no time of it counts. */
export function isQueued({ worker, startedAt, end, refusal }: Attempt): boolean {
  return worker !== null && worker.pool !== null && startedAt === null && !end && !refusal;
}

/** The pool from which no machine has taken a running attempt yet; null if there is none. */
export function awaitedPool(attempt: Attempt): string | null {
  return isQueued(attempt) && !attempt.worker?.machine ? (attempt.worker?.pool ?? null) : null;
}

/** Where an attempt runs, if that is another machine. */
export function placeOf(attempt: Attempt | undefined): { pool?: string; machine?: string } {
  const { pool = null, machine = null } = attempt?.worker ?? {};
  return { ...(pool === null ? {} : { pool }), ...(machine === null ? {} : { machine }) };
}
