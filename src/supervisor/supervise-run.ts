import { bringUpToDate } from '../operations/commit.ts';
import { watchRun } from '../operations/watch-run.ts';
import { outOfBudget } from '../run/budget.ts';
import { keyOfTask } from '../run/cache-key.ts';
import { dueTasks } from '../run/ready-tasks.ts';
import { freeSlots } from '../run/run-state.ts';
import { isEnded, toStatusDocument } from '../run/status-document.ts';
import type { StatusDocument } from '../run/status-schema.ts';
import type { TaskState } from '../run/task-status.ts';
import { appendToRun, type LoadedRun } from '../store/run-handle.ts';
import { isUnwanted } from '../view/prompts/next-step.ts';
import { reuseReport } from './cache/reuse-cached-result.ts';
import { manTask } from './run-task.ts';
import {
  askToEnd,
  type Crew,
  type CrewMember,
  checkoutOf,
  moneyLeft,
  NOT_YET,
  type SuperviseEnd,
  type SuperviseOptions,
} from './worker-pool.ts';

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
  for (const member of members) askToEnd(crew, member);
  await Promise.all(members.map(({ done }) => done));
}

/** The clock may be set, and a timer holds no more than 24 days; milliseconds. */
const LONGEST_WAIT_MS = 60_000;

/** Does what the state of the run asks for now. */
function step(crew: Crew): void {
  if (crew.isClosing) return;
  const { run, options } = crew;
  try {
    for (const member of crew.workers.values()) {
      if (isUnwanted(run.state, member.attempt)) askToEnd(crew, member);
    }
    if (moneyLeft(crew) === 0) endForBudget(crew);
    const { nextDueAt } = launchDue(crew);
    clearTimeout(crew.backoff);
    if (nextDueAt !== null) {
      const wait = Date.parse(nextDueAt) - Date.parse(options.now());
      crew.backoff = setTimeout(() => step(crew), Math.max(1, Math.min(wait, LONGEST_WAIT_MS)));
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
  const agent = options.readAgent(task.plan.agent, checkoutOf(crew));
  const key = keyOfTask(run.state, task, { ...options.worker, agent });
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
  const placing = new AbortController();
  const member: CrewMember = {
    ...{ attempt, placing, usedAt },
    ...{ running: null, verdict: null, done: NOT_YET },
  };
  crew.workers.set(id, member);
  member.done = manTask(crew, task, member, isCutOff ? earlier.id : null)
    .then(() => step(crew))
    .catch(crew.fail);
  return true;
}

function endForBudget(crew: Crew): void {
  for (const member of crew.workers.values()) {
    member.verdict ??= outOfBudget(crew.options.worker.budgetUsd ?? 0);
    askToEnd(crew, member);
  }
}
