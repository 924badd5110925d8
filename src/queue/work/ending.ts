import type { Job, WorkerQueue } from '../engine/port.ts';
import type { RunningAttempt } from './run-attempt.ts';

/**
 * Why an attempt ends before it is done. `interrupted`: the supervisor was, and another attempt will do
 * it. `returned`: this machine gives it back. `lost`: the engine
 * gave it up, so what it does is no longer accepted.
 */
export type EndReason = 'cancelled' | 'interrupted' | 'returned' | 'lost';

/** Requests to end an attempt, which may come before it runs. */
export interface Ending {
  /** Aborted with the first request. */
  signal: AbortSignal;
  /** The strongest so far; null if there is none. */
  reason(): EndReason | null;
  /** Passes on what was requested, and what will be. */
  attach(running: RunningAttempt): void;
  /** Listens no longer. */
  close(): void;
}

const STRENGTH: Record<EndReason, number> = {
  interrupted: 0,
  returned: 0,
  cancelled: 1,
  lost: 2,
};

/** What the ledger says of an attempt that a machine gave back. */
export function returnedBy(machine: string): string {
  return `worker ${machine} gave it back`;
}

/** @param giveBack aborted when this machine gives back what it runs */
export function openEnding(
  { address: { attempt }, signal: lost }: Job,
  queue: Pick<WorkerQueue, 'onStop'>,
  { giveBack, machine }: { giveBack: AbortSignal; machine: string },
): Ending {
  const ending = new AbortController();
  let reason: EndReason | null = null;
  let running: RunningAttempt | null = null;
  const pass = () => {
    if (reason === 'lost') running?.kill();
    else if (reason === 'returned') running?.stop(false, returnedBy(machine));
    else if (reason) running?.stop(reason === 'cancelled');
  };
  const request = (asked: EndReason) => {
    if (reason !== null && STRENGTH[asked] <= STRENGTH[reason]) return;
    reason = asked;
    ending.abort();
    pass();
  };
  const lose = () => request('lost');
  const interrupt = () => request('returned');
  lost.addEventListener('abort', lose);
  giveBack.addEventListener('abort', interrupt);
  if (lost.aborted) lose();
  if (giveBack.aborted) interrupt();
  const unsubscribe = queue.onStop(attempt, (isForGood) =>
    request(isForGood ? 'cancelled' : 'interrupted'),
  );
  return {
    signal: ending.signal,
    reason: () => reason,
    attach(attempted) {
      running = attempted;
      pass();
    },
    close() {
      unsubscribe();
      lost.removeEventListener('abort', lose);
      giveBack.removeEventListener('abort', interrupt);
    },
  };
}
