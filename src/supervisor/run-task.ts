import { dirname } from 'node:path';
import { workerArguments, workerEnvironment } from '../claude/command-line.ts';
import { newWorkerStream, type WorkerStream } from '../claude/stream-json.ts';
import type { LedgerEvent } from '../ledger/events.ts';
import { recordAgentEnd } from '../operations/record-agent-end.ts';
import { budgetOfWorker } from '../run/budget.ts';
import { isSignDue } from '../run/heartbeat.ts';
import type { TaskState } from '../run/task-status.ts';
import { appendToRun, type LoadedRun } from '../store/run-handle.ts';
import { worktreePath } from '../store/run-paths.ts';
import { renderBrief, renderContinuation } from '../view/prompts/brief.ts';
import { type RunningWorker, startWorker } from './executor/local-process.ts';
import { isSessionMissing, outcomeOfExit, type WorkerExit } from './executor/worker-outcome.ts';
import { type Crew, type CrewMember, moneyLeft } from './worker-pool.ts';
import { makePlace, settlePlace } from './working-directory.ts';

/**
 * Has a worker do a task, and records what becomes of it.
 * @param continues the session of an earlier attempt to go on with
 */
export async function manTask(
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
}

/** @returns null when it did not come to a worker; then that is in the ledger */
async function work(
  crew: Crew,
  task: TaskState,
  member: CrewMember,
  continues: string | null,
): Promise<WorkerExit | null> {
  const { id } = member.attempt;
  const cwd = await makePlace(crew, task, member);
  if (member.placing.signal.aborted) return neverBegun();
  if (cwd === null) return null;
  member.running = man(crew, task, id, { cwd, continues });
  const exit = await member.running.ended;
  // What asked the first to end holds for the second.
  if (continues === null || !isSessionMissing(exit) || member.placing.signal.aborted) return exit;
  member.running = man(crew, task, id, { cwd, continues: null });
  return member.running.ended;
}

/** The end of a worker that was not wanted any more before it began. */
function neverBegun(): WorkerExit {
  const stream = newWorkerStream();
  return { code: null, signal: null, spawnError: null, stderr: '', stream };
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
  try {
    appendToRun(run, events);
  } catch (error) {
    // Nobody would know of it.
    running.kill();
    throw error;
  }
  return running;
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
  const isWanted = !run.state.tasks.get(task)?.cancelRequestedAt;
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
