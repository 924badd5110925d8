import { dirname } from 'node:path';
import type { Attempt } from '../../core/attempt.ts';
import { isSignDue } from '../../core/liveness.ts';
import { agentsToStop } from '../../core/next-step.ts';
import { toPlainLine } from '../../core/plain-text.ts';
import { renderBrief, renderContinuation } from '../../core/render-brief.ts';
import { budgetLeft, budgetOfWorker, outOfBudget } from '../../core/run-budget.ts';
import { freeSlots } from '../../core/run-state.ts';
import { dueTasks } from '../../core/schedule.ts';
import { isEnded, toStatusDocument } from '../../core/status-document.ts';
import type { Supervisor } from '../../core/supervision.ts';
import { SwarmError } from '../../core/swarm-error.ts';
import { keyOfTask } from '../../core/task-key.ts';
import type { TaskState } from '../../core/task-status.ts';
import { workerArguments, workerEnvironment } from '../../core/worker-command.ts';
import {
  isSessionMissing,
  outcomeOfExit,
  type WorkerExit,
  type WorkerOutcome,
} from '../../core/worker-outcome.ts';
import type { WorkerStream } from '../../core/worker-stream.ts';
import type { LedgerEvent, WorkerOptions } from '../../schema/ledger-event.ts';
import type { StatusDocument } from '../../schema/status.ts';
import { appendToRun, type LoadedRun } from '../../store/load-run.ts';
import { worktreePath } from '../../store/run-paths.ts';
import { bringUpToDate, type StartNotifier } from '../bring-up-to-date.ts';
import { recordAgentEnd } from '../hooks/record-agent.ts';
import { watchRun } from '../watch-run.ts';
import type { ReportLibrary } from './report-library.ts';
import { reuseReport } from './reuse-report.ts';
import { type RunningWorker, startWorker } from './start-worker.ts';
import { addWorktree, settleWorktree } from './worktrees.ts';

export interface SuperviseOptions {
  supervisor: Supervisor;
  /** The client's program, absolute. */
  client: string;
  /** Loaded into each worker; null where the project itself has the plugin. */
  pluginDir: string | null;
  worker: WorkerOptions;
  env: Readonly<Record<string, string | undefined>>;
  /** Reports that may be used again; null when all is to be done anew. */
  library: ReportLibrary | null;
  /** What defines an agent type. */
  readAgent(agent: string): string;
  onNote(text: string): void;
  newId(): string;
  now(): string;
  onChange(before: StatusDocument | null, after: StatusDocument): void;
  startNotifier: StartNotifier;
  /** Ends the workers in an orderly way, and with them the supervision. */
  interrupt: AbortSignal;
  /** Kills the workers at once. */
  kill: AbortSignal;
}

/** `waiting`: a person is needed for all that is left. */
export type SuperviseEnd = 'ended' | 'waiting' | 'aborted';

/** What one supervisor has at work. */
interface Crew {
  run: LoadedRun;
  options: SuperviseOptions;
  workers: Map<string, CrewMember>;
  /** Nothing new is started any more. */
  isClosing: boolean;
  /** The latest use of git; the next waits for it. */
  git: Promise<void>;
  /** Wakes for the next task whose backoff is over. */
  backoff: NodeJS.Timeout | undefined;
  finish(end: SuperviseEnd): void;
  fail(error: unknown): void;
}

interface CrewMember {
  attempt: Attempt;
  /**
   * Its process; a second one when the first found no session to go on with. Null while its place
   * is made.
   */
  running: RunningWorker | null;
  /** When its use was entered last; milliseconds. */
  usedAt: number;
  /** Why it is ended here; null when it is not, or when the ledger says why. */
  verdict: WorkerOutcome | null;
  done: Promise<void>;
}

/** What a worker has after SIGTERM before it is killed; milliseconds. */
const GRACE_MS = 5_000;

/**
 * Executes a run that the supervisor has claimed: starts a worker for each task that is due, and
 * records what becomes of it. It sleeps until a worker tells something, the ledger changes (so
 * another process can cancel) or a time is over. No worker is left when it returns or throws.
 * @throws when the ledger can no longer be read or written
 */
export async function superviseRun(
  run: LoadedRun,
  options: SuperviseOptions,
): Promise<SuperviseEnd> {
  const watching = new AbortController();
  const { promise, resolve, reject } = settlable<SuperviseEnd>();
  const crew: Crew = {
    run,
    options,
    workers: new Map(),
    isClosing: false,
    git: NOT_YET,
    backoff: undefined,
    finish: resolve,
    fail: reject,
  };
  const interrupt = () => resolve('aborted');
  options.interrupt.addEventListener('abort', interrupt);
  const kill = () => crew.workers.forEach(({ running }) => void running?.kill());
  options.kill.addEventListener('abort', kill);
  if (options.interrupt.aborted) interrupt();
  let shown: StatusDocument | null = null;
  const show = (status: StatusDocument) => {
    options.onChange(shown, status);
    shown = status;
  };
  const watched = watchRun(run, {
    onChange(_, status) {
      show(status);
      if (isEnded(status.status)) resolve('ended');
      else step(crew);
    },
    idleTimeout: null,
    untilNeeded: false,
    // What waits for a person may be decided while a worker still ends.
    pastEnd: true,
    signal: watching.signal,
    now: options.now,
    startNotifier: options.startNotifier,
  });
  watched.catch(reject);
  try {
    return await promise;
  } finally {
    await disband(crew);
    watching.abort();
    await watched.catch(() => {});
    options.interrupt.removeEventListener('abort', interrupt);
    options.kill.removeEventListener('abort', kill);
    // The watch is over, and with it who tells people of what happened last.
    bringUpToDate(run, [], options.startNotifier);
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

/** Ends what is still at work. */
async function disband(crew: Crew): Promise<void> {
  crew.isClosing = true;
  clearTimeout(crew.backoff);
  const members = [...crew.workers.values()];
  for (const { running } of members) running?.stop(GRACE_MS);
  await Promise.all(members.map(({ done }) => done));
}

/** Does what the state of the run asks for now. */
function step(crew: Crew): void {
  if (crew.isClosing) return;
  const { run, options } = crew;
  try {
    for (const id of agentsToStop(run.state)) crew.workers.get(id)?.running?.stop(GRACE_MS);
    if (moneyLeft(crew) === 0) endForBudget(crew);
    const { nextDueAt } = launchDue(crew);
    clearTimeout(crew.backoff);
    if (nextDueAt !== null) {
      const wait = Date.parse(nextDueAt) - Date.parse(options.now());
      crew.backoff = setTimeout(() => step(crew), Math.max(1, wait));
    } else if (crew.workers.size === 0) finishIfOver(crew);
  } catch (error) {
    crew.fail(error);
  }
}

/** A task that is settled without a worker may make others due. */
function launchDue(crew: Crew): { nextDueAt: string | null } {
  for (;;) {
    const { due, nextDueAt } = dueTasks(crew.run.state, crew.options.now());
    let isSettled = false;
    for (const task of due) {
      if (slotsLeft(crew) <= 0) break;
      // An attempt whose time is over may still be ending.
      if (!isManned(crew, task)) isSettled = !launch(crew, task) || isSettled;
    }
    if (!isSettled) return { nextDueAt };
  }
}

/** Nothing is at work and nothing is due: the run is over, or waits for a person. */
function finishIfOver(crew: Crew): void {
  const { status } = toStatusDocument(crew.run.state);
  crew.finish(isEnded(status) ? 'ended' : 'waiting');
}

function slotsLeft({ run, workers }: Crew): number {
  return Math.min(freeSlots(run.state), run.state.parallel.limit - workers.size);
}

function isManned(crew: Crew, task: TaskState): boolean {
  return [...crew.workers.values()].some(({ attempt }) => attempt.task === task.plan.id);
}

/** @returns whether a worker has the task now; otherwise it is settled, or another process was faster */
function launch(crew: Crew, task: TaskState): boolean {
  const { run, options } = crew;
  const earlier = task.attempts.at(-1);
  const id = options.newId();
  const { model } = options.worker;
  const key = keyOfTask(run.state, task, { agent: options.readAgent(task.plan.agent), model });
  if (options.library && reuseReport(run, task, { ...options, id, key }, options.library)) {
    return false;
  }
  appendToRun(run, [
    {
      event: 'attempt.launched',
      at: options.now(),
      task: task.plan.id,
      attempt: id,
      session: id,
      client: options.supervisor.process,
      supervisor: options.supervisor.id,
      key,
    },
  ]);
  const attempt = run.state.attempts.get(id);
  // Another process may have cancelled the task meanwhile.
  if (!attempt || attempt.refusal) return false;
  if (moneyLeft(crew) === 0) {
    const { category, message } = outOfBudget(options.worker.budgetUsd ?? 0);
    const at = options.now();
    appendToRun(run, [{ event: 'attempt.refused', at, attempt: id, category, message }]);
    return false;
  }
  const isCutOff = earlier?.worker && earlier.end?.outcome === 'interrupted';
  const usedAt = Date.parse(options.now());
  const member: CrewMember = { attempt, running: null, usedAt, verdict: null, done: NOT_YET };
  crew.workers.set(id, member);
  member.done = follow(crew, task, member, isCutOff ? earlier.id : null).catch(crew.fail);
  return true;
}

const NOT_YET = Promise.resolve();

function moneyLeft({ run, options }: Crew): number | null {
  return budgetLeft(run.state, options.worker.budgetUsd);
}

function endForBudget({ workers, options }: Crew): void {
  for (const member of workers.values()) {
    member.verdict ??= outOfBudget(options.worker.budgetUsd ?? 0);
    member.running?.stop(GRACE_MS);
  }
}

/** Starts the process of an attempt. @param continues the session it goes on with */
function man(
  crew: Crew,
  task: TaskState,
  id: string,
  { cwd, continues }: { cwd: string; continues: string | null },
): RunningWorker {
  const { run, options } = crew;
  const { plan } = task;
  const { startToCloseTimeout } = run.state.opened.policy.tiers[plan.tier];
  const running = startWorker({
    attempt: id,
    client: options.client,
    args: workerArguments({
      attempt: id,
      agent: plan.agent,
      continues,
      pluginDir: options.pluginDir,
      options: options.worker,
      budgetUsd: budgetOfWorker(plan.budgetUsd, moneyLeft(crew)),
    }),
    cwd,
    env: workerEnvironment(options.env, id),
    prompt: continues
      ? renderContinuation(run.paths.run, plan.id, startToCloseTimeout)
      : renderBrief(run.state, task, briefPaths(run), startToCloseTimeout),
    onStream: (stream) => noteUse(crew, id, stream),
  });
  const at = options.now();
  const events: LedgerEvent[] = running.process
    ? [{ event: 'worker.started', at, attempt: id, process: running.process }]
    : [];
  // An agent that is a client of its own is known by its session.
  events.push({ event: 'attempt.started', at, attempt: id, agentId: id });
  appendToRun(run, events);
  return running;
}

async function follow(
  crew: Crew,
  task: TaskState,
  member: CrewMember,
  continues: string | null,
): Promise<void> {
  const exit = await work(crew, task, member, continues);
  const { id } = member.attempt;
  if (exit) recordExit(crew, member, exit);
  await settlePlace(crew, task);
  crew.workers.delete(id);
  step(crew);
}

/** @returns null when it did not come to a worker; then that is in the ledger */
async function work(
  crew: Crew,
  task: TaskState,
  member: CrewMember,
  continues: string | null,
): Promise<WorkerExit | null> {
  const { id } = member.attempt;
  const cwd = await makePlace(crew, task, id);
  if (cwd === null) return null;
  member.running = man(crew, task, id, { cwd, continues });
  // What came meanwhile may have made it unwanted.
  if (crew.isClosing || member.verdict) member.running.stop(GRACE_MS);
  const exit = await member.running.ended;
  if (continues === null || !isSessionMissing(exit) || crew.isClosing) return exit;
  member.running = man(crew, task, id, { cwd, continues: null });
  return member.running.ended;
}

function hasWorktree({ options }: Crew, { plan }: TaskState): boolean {
  return options.worker.worktrees && plan.writes.length > 0;
}

/**
 * The directory that a worker starts in: the checkout, or a worktree of its own.
 * @returns null when the worktree cannot be made, which fails the task
 */
async function makePlace(crew: Crew, task: TaskState, attempt: string): Promise<string | null> {
  const { run, options } = crew;
  if (!hasWorktree(crew, task)) return run.paths.root;
  try {
    return await inTurn(crew, () => addWorktree(run, task.plan.id, options.now));
  } catch (error) {
    if (!(error instanceof SwarmError)) throw error;
    const message = toPlainLine(error.message, 500);
    const at = options.now();
    appendToRun(run, [{ event: 'attempt.refused', at, attempt, category: 'fatal', message }]);
    return null;
  }
}

/** A worktree in which an attempt was interrupted is needed again as it is. */
async function settlePlace(crew: Crew, task: TaskState): Promise<void> {
  if (!hasWorktree(crew, task) || crew.isClosing) return;
  try {
    await inTurn(crew, () => settleWorktree(crew.run, task.plan.id, crew.options.now));
  } catch (error) {
    // It stays then, which loses nothing.
    if (!(error instanceof SwarmError)) throw error;
    crew.options.onNote(error.message);
  }
}

/** Git makes and removes worktrees of one repository one after the other. */
function inTurn<Value>(crew: Crew, use: () => Promise<Value>): Promise<Value> {
  const turn = crew.git.then(use);
  crew.git = turn.then(
    () => {},
    () => {},
  );
  return turn;
}

function briefPaths({ paths }: LoadedRun) {
  return { run: paths.dir, worktrees: dirname(worktreePath(paths, 'task')) };
}

/** How often the use of a worker is entered while it works, or more often as a sign of life; ms. */
const USE_MS = 5_000;

function noteUse(crew: Crew, id: string, stream: WorkerStream): void {
  const member = crew.workers.get(id);
  const now = crew.options.now();
  if (!member) return;
  const isDue = Date.parse(now) - member.usedAt >= USE_MS;
  if (!isDue && !isSignDue(crew.run.state, member.attempt, now)) return;
  member.usedAt = Date.parse(now);
  try {
    appendToRun(crew.run, [useOf(id, stream, now)]);
  } catch (error) {
    crew.fail(error);
  }
}

function useOf(attempt: string, { usage, activity }: WorkerStream, at: string): LedgerEvent {
  return { event: 'worker.used', at, attempt, usage, activity };
}

function recordExit(
  crew: Crew,
  { attempt, verdict }: Omit<CrewMember, 'done'>,
  exit: WorkerExit,
): void {
  const { run, options } = crew;
  const { id, task } = attempt;
  const now = () => options.now();
  const told = outcomeOfExit(exit);
  const found = told.outcome === 'reported' ? told : (verdict ?? told);
  const isWanted = !run.state.tasks.get(task)?.isCancelRequested;
  appendToRun(run, [useOf(id, exit.stream, now())]);
  if (found.outcome !== 'reported' && isWanted && crew.isClosing && !verdict && !attempt.end) {
    const reason = 'the supervisor was interrupted';
    appendToRun(run, [{ event: 'session.ended', at: now(), session: id, reason }]);
    return;
  }
  const outcome = found.outcome === 'reported' || isWanted ? found : CANCELLED;
  // The watch of the run sees what is entered here.
  const recorder = { now, project: () => {}, startNotifier: options.startNotifier };
  recordAgentEnd(run, { agentId: id, attempt: id, ...outcome }, recorder);
}

/** The end of a worker whose task was cancelled. */
const CANCELLED = {
  outcome: 'stopped',
  category: null,
  message: 'cancelled on request',
  text: null,
} as const;
