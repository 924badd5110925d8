import { type WatchOptions, watchRun } from '../operations/watch-run.ts';
import { runChecks } from '../proof/run-checks.ts';
import { shouldStop } from '../run/agents-to-stop.ts';
import { isMergeAwaited } from '../run/merge/merge-entry.ts';
import { dueTasks } from '../run/ready-tasks.ts';
import type { RunState, TaskState } from '../run/run-state.ts';
import { isCheckDue, isEnded, toStatusDocument } from '../run/status-document.ts';
import type { StatusDocument } from '../run/status-schema.ts';
import { publish } from '../store/commit.ts';
import type { RunHandle } from '../store/run-handle.ts';
import { localExecutor } from './executor/local-executor.ts';
import { launchTask } from './launch-task.ts';
import { mergeAtEnd } from './merge/merge-at-end.ts';
import {
  askToEnd,
  budgetVerdict,
  checkoutOf,
  type Executor,
  NOT_YET,
  type SuperviseEnd,
  type SuperviseOptions,
  type WorkerPool,
} from './worker-pool.ts';
import { releaseEarlierDirectories } from './working-directory.ts';

/**
 * Executes a run that the supervisor has acquired: starts a worker for each due task and records
 * the outcome. It sleeps until a worker reports something, the ledger changes (so another process
 * can cancel) or a deadline passes. No worker is left when it returns or throws.
 * @throws if the ledger can no longer be read or written
 */
export async function superviseRun(
  run: RunHandle,
  options: SuperviseOptions,
): Promise<SuperviseEnd> {
  const watching = new AbortController();
  const { promise, resolve, reject } = settlable<SuperviseEnd>();
  const pool = newPool(run, options, { finish: resolve, fail: reject });
  const interrupt = () => resolve('aborted');
  options.interrupt.addEventListener('abort', interrupt);
  const kill = () => pool.workers.forEach(({ running }) => void running?.kill());
  options.kill.addEventListener('abort', kill);
  if (options.interrupt.aborted) interrupt();
  let shown: StatusDocument | null = null;
  const show = (status: StatusDocument) => {
    options.onChange(shown, status);
    shown = status;
  };
  const watch: WatchOptions = {
    onChange(_, status) {
      show(status);
      if (isEnded(status.status)) resolve('ended');
      else step(pool);
    },
    onNote: options.onNote,
    idleTimeout: null,
    untilNeeded: false,
    // A person may decide a gate while a worker is still ending.
    pastEnd: true,
    signal: watching.signal,
  };
  let watched: Promise<unknown> = NOT_YET;
  try {
    await releaseEarlierDirectories(pool);
    await Promise.race([options.others?.takeUp(pool, () => step(pool)), promise]);
    watched = watchRun(run, watch, options.host);
    watched.catch(reject);
    return await promise;
  } finally {
    await disband(pool);
    await options.others?.close();
    watching.abort();
    await watched.catch(() => {});
    options.interrupt.removeEventListener('abort', interrupt);
    options.kill.removeEventListener('abort', kill);
    // The watch has stopped, so the last changes are published here.
    publish(run, [], options.host);
    show(toStatusDocument(run.state));
  }
}

function newPool(
  run: RunHandle,
  options: SuperviseOptions,
  settle: Pick<WorkerPool, 'finish' | 'fail'>,
): WorkerPool {
  return {
    run,
    options,
    workers: new Map(),
    isClosing: false,
    atEnd: null,
    isMerged: false,
    waiting: [],
    git: NOT_YET,
    hasNoSnapshots: false,
    backoff: undefined,
    ...settle,
  };
}

function settlable<Value>() {
  let resolve!: (value: Value) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<Value>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

/** Ends the workers that are still running. */
async function disband(pool: WorkerPool): Promise<void> {
  pool.isClosing = true;
  clearTimeout(pool.backoff);
  const workers = [...pool.workers.values()];
  for (const worker of workers) askToEnd(pool, worker);
  await Promise.all([...workers.map(({ done }) => done), pool.atEnd]);
}

/** The clock may be changed, and timers are limited to 24 days; milliseconds. */
const LONGEST_WAIT_MS = 60_000;

/** Takes the actions that the state of the run requires now. */
function step(pool: WorkerPool): void {
  for (const wake of pool.waiting.splice(0)) wake();
  if (pool.isClosing) return;
  const { run, options } = pool;
  try {
    for (const worker of pool.workers.values()) {
      if (shouldStop(run.state, worker.attempt)) askToEnd(pool, worker);
    }
    endForBudget(pool);
    const { nextDueAt } = launchDue(pool);
    clearTimeout(pool.backoff);
    const now = options.host.now();
    if (nextDueAt !== null && pool.workers.size === 0 && isPaused(run.state, now)) {
      pool.finish('limited');
    } else if (nextDueAt !== null) {
      const wait = Date.parse(nextDueAt) - Date.parse(now);
      pool.backoff = setTimeout(() => step(pool), Math.max(1, Math.min(wait, LONGEST_WAIT_MS)));
    } else if (pool.workers.size === 0) finish(pool);
  } catch (error) {
    pool.fail(error);
  }
}

/** Whether a usage limit applies that the run does not wait for. */
function isPaused({ limitedUntil, opened }: RunState, now: string): boolean {
  const { wait } = opened.policy.usageLimit;
  const left = Date.parse(limitedUntil ?? now) - Date.parse(now);
  return left > (wait ?? 0);
}

/** Launches due tasks. A task that is settled without a worker may make others due. */
function launchDue(pool: WorkerPool): { nextDueAt: string | null } {
  for (;;) {
    const { due, nextDueAt } = dueTasks(pool.run.state, pool.options.host.now());
    let isSettled = false;
    for (const task of due) {
      const executor = executorFor(pool, task);
      // A timed-out attempt may still be ending.
      if (!executor || hasWorker(pool, task)) continue;
      isSettled = !launchTask(pool, task, { executor, onEnd: () => step(pool) }) || isSettled;
    }
    if (!isSettled) return { nextDueAt };
  }
}

/** Called when no worker is running and no task is due: the run has ended or needs a person. */
function finish(pool: WorkerPool): void {
  if (pool.atEnd) return;
  const atEnd = workAtEnd(pool);
  if (atEnd) {
    pool.atEnd = atEnd(pool)
      .catch(pool.fail)
      .finally(() => {
        pool.atEnd = null;
        step(pool);
      });
    return;
  }
  const { status } = toStatusDocument(pool.run.state);
  pool.finish(isEnded(status) ? 'ended' : 'waiting');
}

/** What is left to do for the run as a whole after the last task; null if nothing is. */
function workAtEnd(pool: WorkerPool): ((pool: WorkerPool) => Promise<void>) | null {
  const { state } = pool.run;
  if (isMergeAwaited(state) && !pool.isMerged) return mergeAtEnd;
  return isCheckDue(state, pool.options.host.now()) ? checkRun : null;
}

async function checkRun(pool: WorkerPool): Promise<void> {
  const { host, env, interrupt: signal } = pool.options;
  const none = { areOthersWriting: () => false, outwaitOthers: async () => {} };
  await runChecks(pool.run, null, { host, env, signal, cwd: checkoutOf(pool), ...none });
}

/** What takes a task now: this machine first; null if nothing has room for it. */
function executorFor(pool: WorkerPool, task: TaskState): Executor | null {
  const { others } = pool.options;
  const executors = others ? [localExecutor, others] : [localExecutor];
  return executors.find((executor) => executor.hasRoomFor(pool, task)) ?? null;
}

function hasWorker(pool: WorkerPool, task: TaskState): boolean {
  return [...pool.workers.values()].some(({ attempt }) => attempt.task === task.plan.id);
}

function endForBudget(pool: WorkerPool): void {
  const verdict = budgetVerdict(pool);
  if (!verdict) return;
  for (const worker of pool.workers.values()) {
    // Its work is paid for, and checking it costs nothing.
    if (worker.attempt.checks.runningSince !== null) continue;
    worker.verdict ??= verdict;
    askToEnd(pool, worker);
  }
}
