import { type WatchOptions, watchRun } from '../operations/watch-run.ts';
import { runChecks } from '../proof/run-checks.ts';
import { shouldStop } from '../run/agents-to-stop.ts';
import type { Attempt } from '../run/attempt.ts';
import { cacheKeyOf } from '../run/cache-key.ts';
import { continuesWith } from '../run/cost/resumption.ts';
import { isMergeAwaited } from '../run/merge/merge-entry.ts';
import { dueTasks } from '../run/ready-tasks.ts';
import { freeSlots, type RunState, type TaskState } from '../run/run-state.ts';
import { isCheckDue, isEnded, toStatusDocument } from '../run/status-document.ts';
import type { StatusDocument } from '../run/status-schema.ts';
import { commit, publish } from '../store/commit.ts';
import type { RunHandle } from '../store/run-handle.ts';
import { reuseCachedResult } from './cache/reuse-cached-result.ts';
import { mergeAtEnd } from './merge/merge-at-end.ts';
import { runTask } from './run-task.ts';
import {
  type ActiveWorker,
  askToEnd,
  budgetVerdict,
  checkoutOf,
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
  const pool: WorkerPool = {
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
    finish: resolve,
    fail: reject,
  };
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
    watched = watchRun(run, watch, options.host);
    watched.catch(reject);
    return await promise;
  } finally {
    await disband(pool);
    watching.abort();
    await watched.catch(() => {});
    options.interrupt.removeEventListener('abort', interrupt);
    options.kill.removeEventListener('abort', kill);
    // The watch has stopped, so the last changes are published here.
    publish(run, [], options.host);
    show(toStatusDocument(run.state));
  }
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
      if (slotsLeft(pool) <= 0) break;
      // A timed-out attempt may still be ending.
      if (!hasWorker(pool, task)) isSettled = !launch(pool, task) || isSettled;
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

function slotsLeft({ run, workers }: WorkerPool): number {
  return Math.min(freeSlots(run.state), run.state.parallel.limit - workers.size);
}

function hasWorker(pool: WorkerPool, task: TaskState): boolean {
  return [...pool.workers.values()].some(({ attempt }) => attempt.task === task.plan.id);
}

/**
 * @returns whether a worker has the task; otherwise it is settled, or another process was faster
 */
function launch(pool: WorkerPool, task: TaskState): boolean {
  const { run, options } = pool;
  const earlier = task.attempts.at(-1);
  const id = options.newId();
  const checkout = checkoutOf(pool);
  const agent = options.readAgent(task.plan.agent, checkout);
  const settings = options.readSettings(checkout);
  const key = cacheKeyOf(run.state, task, { ...options.worker, agent, settings });
  const { host, resultCache } = options;
  if (resultCache && reuseCachedResult(run, task, { id, key }, { ...options, resultCache })) {
    return false;
  }
  const launched = {
    event: 'attempt.launched',
    at: host.now(),
    task: task.plan.id,
    attempt: id,
    session: id,
    client: options.supervisor.process,
    supervisor: options.supervisor.id,
    key,
  } as const;
  commit(run, [launched], host);
  const attempt = run.state.attempts.get(id);
  // Another process may have cancelled the task in the meantime.
  if (!attempt || attempt.refusal) return false;
  const overBudget = budgetVerdict(pool);
  if (overBudget) {
    const { category, message } = overBudget;
    const at = options.host.now();
    commit(run, [{ event: 'attempt.refused', at, attempt: id, category, message }], host);
    return false;
  }
  const isCutOff =
    earlier?.worker && (earlier.end?.outcome === 'interrupted' || earlier.limitedUntil);
  const usedAt = Date.parse(options.host.now());
  const preparing = new AbortController();
  const worker: ActiveWorker = {
    ...{ attempt, preparing, usedAt },
    ...{ running: null, cwd: null, verdict: null, done: NOT_YET },
  };
  pool.workers.set(id, worker);
  const continues = isCutOff && isWorthResuming(pool, earlier) ? earlier.id : null;
  worker.done = runTask(pool, task, worker, continues)
    .then(() => step(pool))
    .catch(pool.fail);
  return true;
}

/** Whether the session of an interrupted attempt continues, and not a new one from its checkpoint. */
function isWorthResuming({ run, options }: WorkerPool, { id, worker }: Attempt): boolean {
  const { maxTranscriptTokens: maxTokens } = run.state.opened.policy.resume;
  const contextTokens = worker?.contextTokens ?? null;
  if (maxTokens === null || contextTokens === null) return true;
  const decision = continuesWith(contextTokens, maxTokens);
  const at = options.host.now();
  const measured = { contextTokens, maxTokens, continuesWith: decision };
  commit(run, [{ event: 'resume.decided', at, attempt: id, ...measured }], options.host);
  return decision === 'same-agent';
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
