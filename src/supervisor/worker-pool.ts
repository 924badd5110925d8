import type { WorkerSettings } from '../claude/worker-settings.ts';
import type { EventOf, WorkerOptions } from '../ledger/events.ts';
import { shouldStop } from '../run/agents-to-stop.ts';
import type { Attempt, AttemptOutcome } from '../run/attempt.ts';

import { budgetLeft, outOfBudget, spentBudget } from '../run/budget.ts';
import type { Supervisor, TaskState } from '../run/run-state.ts';
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
  /** Executes attempts on other machines; null without a queue. */
  others: LastingExecutor | null;
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
  /** Why, if it is not because the supervisor was interrupted. */
  interruption?: string;
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
  running: Pick<RunningWorker, 'stop' | 'kill'> | null;
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

/** What executes attempts: this machine, or others through a queue. */
export interface Executor {
  /** Whether attempts run on the supervisor's own machine. */
  isHere: boolean;
  /** Whether it can take one more attempt of a task now. */
  hasRoomFor(pool: WorkerPool, task: TaskState): boolean;
  /** What a launch records about where the attempt will run. */
  placeOf(
    pool: WorkerPool,
    task: TaskState,
  ): Pick<EventOf<'attempt.launched'>, 'client'> | Pick<EventOf<'attempt.launched'>, 'pool'>;
  /**
   * Runs an attempt that was launched, until its end is in the ledger. It then removes the worker from
   * the pool.
   * @param continues the session of an earlier attempt to resume
   */
  run(
    pool: WorkerPool,
    task: TaskState,
    worker: ActiveWorker,
    continues: string | null,
  ): Promise<void>;
}

/** An executor whose attempts outlive the supervisor. */
export interface LastingExecutor extends Executor {
  /**
   * Takes up the attempts that an earlier supervisor of the run left.
   * @param onEnd called whenever one of them has ended
   */
  takeUp(pool: WorkerPool, onEnd: () => void): Promise<void>;
  close(): Promise<void>;
}

/** Adds the worker of an attempt that is about to be executed. */
export function addWorker(pool: WorkerPool, attempt: Attempt): ActiveWorker {
  const usedAt = Date.parse(pool.options.host.now());
  const worker: ActiveWorker = {
    ...{ attempt, preparing: new AbortController(), usedAt },
    ...{ running: null, cwd: null, verdict: null, done: NOT_YET },
  };
  pool.workers.set(attempt.id, worker);
  return worker;
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
