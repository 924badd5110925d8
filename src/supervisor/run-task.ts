import { dirname } from 'node:path';
import { workerArguments, workerEnvironment } from '../claude/command-line.ts';
import { deniedTools, newWorkerStream, type WorkerStream } from '../claude/stream-json.ts';
import type { LedgerEvent } from '../ledger/events.ts';
import { recordAgentEnd } from '../operations/record-agent-end.ts';
import { observeWork } from '../proof/observe-work.ts';
import type { Attempt } from '../run/attempt.ts';
import { budgetOfWorker } from '../run/budget.ts';
import { effortOf, modelOf } from '../run/cost/model-of.ts';
import { isHeartbeatDue } from '../run/heartbeat.ts';
import type { TaskState } from '../run/run-state.ts';
import { traceparentOf } from '../run/trace/trace-context.ts';
import { commit } from '../store/commit.ts';
import type { RunHandle } from '../store/run-handle.ts';
import { activeDir, worktreePath } from '../store/run-paths.ts';
import { makeScratch } from '../store/scratch.ts';
import { renderBrief, renderContinuation } from '../view/prompts/brief.ts';
import { type RunningWorker, startWorker } from './executor/local-process.ts';
import { isSessionMissing, outcomeOfExit, type WorkerExit } from './executor/worker-outcome.ts';
import { proveWork } from './prove-work.ts';
import { type ActiveWorker, moneyLeft, type WorkerPool } from './worker-pool.ts';
import { prepareWorkingDirectory, releaseWorkingDirectory } from './working-directory.ts';

/**
 * Runs a task in a worker, and records the outcome.
 * @param continues the session of an earlier attempt to resume
 */
export async function runTask(
  pool: WorkerPool,
  task: TaskState,
  worker: ActiveWorker,
  continues: string | null,
): Promise<void> {
  const exit = await runAttempt(pool, task, worker, continues);
  const { id } = worker.attempt;
  if (exit) {
    const continueWith = (prompt: string, earlier: WorkerStream) =>
      startAttempt(pool, task, id, { cwd: worker.cwd ?? '', continues: id, prompt, earlier });
    const proved = await proveWork(pool, task, worker, { exit, continueWith });
    await observeExit(pool, worker, proved);
    recordExit(pool, worker, proved);
  }
  await releaseWorkingDirectory(pool, task);
  pool.workers.delete(id);
}

/** @returns null if no worker was started, which the ledger then records */
async function runAttempt(
  pool: WorkerPool,
  task: TaskState,
  worker: ActiveWorker,
  continues: string | null,
): Promise<WorkerExit | null> {
  const { id } = worker.attempt;
  const cwd = await prepareWorkingDirectory(pool, task, worker);
  if (worker.preparing.signal.aborted) return neverBegun();
  if (cwd === null) return null;
  worker.cwd = cwd;
  const running = startAttempt(pool, task, id, { cwd, continues });
  worker.running = running;
  const exit = await running.ended;
  // A request to stop the first process applies to the second too.
  if (continues === null || !isSessionMissing(exit) || worker.preparing.signal.aborted) return exit;
  const second = startAttempt(pool, task, id, { cwd, continues: null });
  worker.running = second;
  return second.ended;
}

/** The end of a worker that was stopped before it started. */
function neverBegun(): WorkerExit {
  const stream = newWorkerStream();
  return { code: null, signal: null, spawnError: null, stderr: '', stream };
}

interface Start {
  cwd: string;
  /** The session to resume; null for none. */
  continues: string | null;
  /** What the worker is told; by default, what an attempt begins with. */
  prompt?: string;
  /** Of an earlier process of the attempt. */
  earlier?: WorkerStream;
}

/** Starts a process of an attempt. */
function startAttempt(
  pool: WorkerPool,
  task: TaskState,
  id: string,
  { cwd, continues, prompt = firstPrompt(pool, task, continues), earlier }: Start,
): RunningWorker {
  const { run, options } = pool;
  const { plan } = task;
  const tier = run.state.opened.policy.tiers[plan.tier];
  const scratch = scratchOf(pool, id);
  const running = startWorker({
    attempt: id,
    client: options.client,
    args: workerArguments({
      attempt: id,
      agent: plan.agent,
      continues,
      pluginDir: options.pluginDir,
      hookScript: options.hookScript,
      writable: cwd === run.paths.root ? [] : [run.paths.dir, activeDir(run.paths.root)],
      directories: cwd === run.paths.root || scratch === null ? [] : [scratch],
      options: { ...options.worker, model: modelOf(run.state, plan, options.worker) },
      effort: effortOf(run.state, plan),
      budgetUsd: budgetOfWorker(plan.budgetUsd, moneyLeft(pool)),
    }),
    cwd,
    env: workerEnvironment(options.env, {
      attempt: id,
      root: run.paths.root,
      scratch,
      traceparent: options.host.isTraced
        ? traceparentOf(run.paths.run, id, options.env.TRACEPARENT)
        : null,
      deadlineMs: tier.startToCloseTimeout,
    }),
    prompt,
    ...(earlier ? { earlier } : {}),
    onStream: (stream) => noteUse(pool, id, stream),
  });
  const at = options.host.now();
  const events: LedgerEvent[] = running.process
    ? [{ event: 'worker.started', at, attempt: id, process: running.process }]
    : [];
  // The agent is a client process, so its session's id identifies it.
  events.push({ event: 'attempt.started', at, attempt: id, agentId: id });
  try {
    commit(run, events, options.host);
  } catch (error) {
    // Otherwise it would run unrecorded.
    running.kill();
    throw error;
  }
  return running;
}

/** Makes the scratch directory of an attempt. A worker can do without, as on a full disk. */
function scratchOf({ run, options }: WorkerPool, id: string): string | null {
  const attempt = run.state.attempts.get(id);
  try {
    return attempt ? makeScratch(run.paths, attempt) : null;
  } catch (error) {
    options.onNote(`no scratch directory for ${attempt?.task}: ${(error as Error).message}`);
    return null;
  }
}

function firstPrompt({ run }: WorkerPool, task: TaskState, continues: string | null): string {
  const { startToCloseTimeout } = run.state.opened.policy.tiers[task.plan.tier];
  return continues
    ? renderContinuation(run.state, task, run.paths.dir, startToCloseTimeout)
    : renderBrief(run.state, task, briefPaths(run), startToCloseTimeout);
}

function briefPaths({ paths }: RunHandle) {
  return { run: paths.dir, worktrees: dirname(worktreePath(paths, 'task')) };
}

/** How often the usage of a running worker is recorded, unless a heartbeat is due earlier; ms. */
const USE_MS = 5_000;

function noteUse(pool: WorkerPool, id: string, stream: WorkerStream): void {
  const worker = pool.workers.get(id);
  const { host } = pool.options;
  const now = host.now();
  if (!worker) return;
  noteLimit(pool, stream, now);
  const isDue = Date.parse(now) - worker.usedAt >= USE_MS;
  if (!isDue && !isHeartbeatDue(pool.run.state, worker.attempt, now)) return;
  worker.usedAt = Date.parse(now);
  try {
    commit(pool.run, [useOf(id, stream, now)], host);
  } catch (error) {
    pool.fail(error);
  }
}

/** Launches nothing more when a usage limit of the account is near. */
function noteLimit(
  { run, options, fail }: WorkerPool,
  { nearLimit }: WorkerStream,
  at: string,
): void {
  const { stopAt } = run.state.opened.policy.usageLimit;
  if (!nearLimit || nearLimit.used < stopAt || nearLimit.until <= at) return;
  const { until } = nearLimit;
  if (until <= (run.state.limitedUntil ?? '')) return;
  try {
    commit(run, [{ event: 'usage.limited', at, attempt: null, until }], options.host);
  } catch (error) {
    fail(error);
  }
}

function useOf(
  attempt: string,
  { usage, activity, contextTokens }: WorkerStream,
  at: string,
): LedgerEvent {
  const measured = contextTokens === null ? {} : { contextTokens };
  return { event: 'worker.used', at, attempt, usage, activity, ...measured };
}

/** Records what the worker did, as its stream and its directory show. */
async function observeExit(
  { run, options }: WorkerPool,
  { attempt, cwd }: ActiveWorker,
  { stream }: WorkerExit,
): Promise<void> {
  if (cwd === null || attempt.end) return;
  const { work } = stream;
  const denied = new Set(deniedTools(stream, new Set(attempt.gates.map(({ id }) => id))));
  const seen = { ...work, denied, usage: null };
  await observeWork(run, attempt, seen, { cwd, host: options.host });
}

function denialsOf({ id, gates }: Attempt, { stream }: WorkerExit, at: string): LedgerEvent[] {
  const tools = deniedTools(stream, new Set(gates.map((gate) => gate.id)));
  return tools.length > 0 ? [{ event: 'worker.denied', at, attempt: id, tools }] : [];
}

function recordExit(
  pool: WorkerPool,
  { attempt, verdict, preparing }: Omit<ActiveWorker, 'done'>,
  exit: WorkerExit,
): void {
  const { run, options } = pool;
  const { host } = options;
  const { id, task } = attempt;
  const told = outcomeOfExit(exit, preparing.signal.aborted);
  const found = told.outcome === 'reported' ? told : (verdict ?? told);
  const isWanted = !run.state.tasks.get(task)?.cancelRequestedAt;
  commit(run, [useOf(id, exit.stream, host.now()), ...denialsOf(attempt, exit, host.now())], host);
  const isCutOff = found.outcome !== 'reported' || isCheckCutOff(attempt);
  if (isCutOff && isWanted && pool.isClosing && !verdict && !attempt.end) {
    const reason = pool.interruption ?? 'the supervisor was interrupted';
    commit(run, [{ event: 'session.ended', at: host.now(), session: id, reason }], host);
    return;
  }
  const outcome = found.outcome === 'reported' || isWanted ? found : CANCELLED;
  const { limitedUntil } = exit.stream;
  recordAgentEnd(run, { agentId: id, attempt: id, ...outcome, limitedUntil }, host);
}

/** Whether the run was interrupted before the outcome of its checks was known. */
function isCheckCutOff({ checks }: Attempt): boolean {
  return checks.isRequired && checks.runningSince !== null;
}

/** The end of a worker whose task was cancelled. */
export const CANCELLED = {
  outcome: 'stopped',
  category: null,
  message: 'cancelled on request',
  text: null,
} as const;
