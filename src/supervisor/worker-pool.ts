import type { WorkerOptions } from '../ledger/events.ts';
import { shouldStop } from '../run/agents-to-stop.ts';
import type { Attempt, AttemptOutcome } from '../run/attempt.ts';

import { budgetLeft } from '../run/budget.ts';
import type { Supervisor } from '../run/run-state.ts';
import { isEnded, toStatusDocument } from '../run/status-document.ts';
import type { StatusDocument } from '../run/status-schema.ts';
import type { Host } from '../store/host.ts';
import type { RunHandle } from '../store/run-handle.ts';
import type { ResultCache } from './cache/result-cache.ts';
import type { RunningWorker } from './executor/local-process.ts';

export interface SuperviseOptions {
  /** It need not publish its commits at once: the supervisor's watch of the run does. */
  host: Host;
  supervisor: Supervisor;
  /** The client's program, absolute. */
  client: string;
  /** Loaded into each worker; null where the project itself has the plugin. */
  pluginDir: string | null;
  worker: WorkerOptions;
  env: Readonly<Record<string, string | undefined>>;
  /** Reports that may be used again; null when all is to be done anew. */
  resultCache: ResultCache | null;
  /** What defines an agent type for who works in a checkout. */
  readAgent(agent: string, checkout: string): string;
  onNote(text: string): void;
  newId(): string;
  onChange(before: StatusDocument | null, after: StatusDocument): void;
  /** Ends the workers in an orderly way, and with them the supervision. */
  interrupt: AbortSignal;
  /** Kills the workers at once. */
  kill: AbortSignal;
}

/** `waiting`: a person is needed for all that is left. */
export type SuperviseEnd = 'ended' | 'waiting' | 'aborted';

/** What one supervisor has at work. */
export interface WorkerPool {
  run: RunHandle;
  options: SuperviseOptions;
  workers: Map<string, ActiveWorker>;
  /** Nothing new is started any more. */
  isClosing: boolean;
  /** The latest use of git; the next waits for it. */
  git: Promise<void>;
  /** Wakes for the next task whose backoff is over. */
  backoff: NodeJS.Timeout | undefined;
  finish(end: SuperviseEnd): void;
  fail(error: unknown): void;
}

export interface ActiveWorker {
  attempt: Attempt;
  /**
   * Its process; a second one when the first found no session to go on with. Null while its place
   * is made.
   */
  running: RunningWorker | null;
  /** Aborted when a place that is being made is not needed any more. */
  preparing: AbortController;
  /** When its use was entered last; milliseconds. */
  usedAt: number;
  /** Why it is ended here; null when it is not, or when the ledger says why. */
  verdict: AttemptOutcome | null;
  done: Promise<void>;
}

/** What a worker that is to end has before it is killed; milliseconds. */
const GRACE_MS = 5_000;

/**
 * Asks a worker to end, for good unless its task is to be gone on with; one that has not begun does
 * not begin. Asking again changes nothing.
 */
export function askToEnd(
  { run }: WorkerPool,
  { attempt, preparing, running, verdict }: ActiveWorker,
): void {
  const isForGood =
    verdict !== null ||
    shouldStop(run.state, attempt) ||
    isEnded(toStatusDocument(run.state).status);
  preparing.abort();
  running?.stop(GRACE_MS, isForGood);
}

export const NOT_YET = Promise.resolve();

/** The working tree of the person in which tasks work that have none of their own. */
export function checkoutOf({ run, options }: WorkerPool): string {
  return options.worker.checkout ?? run.paths.root;
}

/** Dollars that the run may still cost; null for any. */
export function moneyLeft({ run, options }: WorkerPool): number | null {
  return budgetLeft(run.state, options.worker.budgetUsd);
}
