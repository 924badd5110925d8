import type { WorkerSettings } from '../claude/worker-settings.ts';
import type { WorkerOptions } from '../ledger/events.ts';
import { shouldStop } from '../run/agents-to-stop.ts';
import type { Attempt, AttemptOutcome } from '../run/attempt.ts';

import { budgetLeft, outOfBudget, spentBudget } from '../run/budget.ts';
import type { Supervisor } from '../run/run-state.ts';
import { isEnded, toStatusDocument } from '../run/status-document.ts';
import type { StatusDocument } from '../run/status-schema.ts';
import type { Host } from '../store/host.ts';
import type { RunHandle } from '../store/run-handle.ts';
import type { ResultCache } from './cache/result-cache.ts';
import type { RunningWorker } from './executor/local-process.ts';

export interface SuperviseOptions {
  /** Need not publish its commits at once: the supervisor's watch of the run does. */
  host: Host;
  supervisor: Supervisor;
  /** The client's program, absolute. */
  client: string;
  /** Loaded into each worker; null if the project itself has the plugin. */
  pluginDir: string | null;
  /** Judges the tool calls of workers if the project itself has the plugin; else null. */
  hookScript: string | null;
  worker: WorkerOptions;
  env: Readonly<Record<string, string | undefined>>;
  /** Reports that may be reused; null to rerun everything. */
  resultCache: ResultCache | null;
  /** The definition of an agent type as seen from a checkout. */
  readAgent(agent: string, checkout: string): string;
  readSettings(checkout: string): WorkerSettings;
  onNote(text: string): void;
  newId(): string;
  onChange(before: StatusDocument | null, after: StatusDocument): void;
  /** Ends the workers gracefully, and with them the supervision. */
  interrupt: AbortSignal;
  /** Kills the workers at once. */
  kill: AbortSignal;
}

/**
 * `waiting`: every remaining task needs a person. `limited`: nothing can be launched before a usage
 * limit ends.
 */
export type SuperviseEnd = 'ended' | 'waiting' | 'limited' | 'aborted';

/** The workers of one supervisor. */
export interface WorkerPool {
  run: RunHandle;
  options: SuperviseOptions;
  workers: Map<string, ActiveWorker>;
  /** No new worker is started. */
  isClosing: boolean;
  /** The merge or the checks of the run as a whole, while they are running. */
  atEnd: Promise<void> | null;
  /** Whether the branches have been merged, or there was nothing to merge. */
  isMerged: boolean;
  /** Called when something has changed, each once. */
  waiting: (() => void)[];
  /** The latest git operation; the next one waits for it. */
  git: Promise<void>;
  /** Whether taking a snapshot of the checkout failed; it is not tried again. */
  hasNoSnapshots: boolean;
  /** Fires when the next backoff expires. */
  backoff: NodeJS.Timeout | undefined;
  finish(end: SuperviseEnd): void;
  fail(error: unknown): void;
}

export interface ActiveWorker {
  attempt: Attempt;
  /**
   * Its process; a second one if the first found no session to resume. Null while its directory is
   * being prepared.
   */
  running: RunningWorker | null;
  /** Aborted when a directory in preparation is no longer needed. */
  preparing: AbortController;
  /** When its usage was last recorded; milliseconds. */
  usedAt: number;
  /** Its working directory, once that is prepared. */
  cwd: string | null;
  /** Why the supervisor ends it; null if it does not, or if the ledger says why. */
  verdict: AttemptOutcome | null;
  done: Promise<void>;
}

/** How long a worker may take to exit before it is killed; milliseconds. */
const GRACE_MS = 5_000;

/**
 * Asks a worker to exit, for good unless its session will be resumed. A worker that has not started
 * does not start. Asking again has no effect.
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

/** The user's checkout, used by tasks without a worktree of their own. */
export function checkoutOf({ run, options }: WorkerPool): string {
  return options.worker.checkout ?? run.paths.root;
}

/** Remaining budget in dollars; null for no limit. */
export function moneyLeft({ run, options }: WorkerPool): number | null {
  return budgetLeft(run.state, options.worker.budgetUsd);
}

/** The outcome of what is running or due, once a budget of the run is spent; else null. */
export function budgetVerdict({ run }: WorkerPool): ReturnType<typeof outOfBudget> | null {
  const spent = spentBudget(run.state);
  return spent && outOfBudget(spent);
}
