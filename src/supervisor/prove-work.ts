import type { WorkerStream } from '../claude/stream-json.ts';
import { runChecks } from '../proof/run-checks.ts';
import { isWriting } from '../run/file-claims.ts';
import type { TaskState } from '../run/run-state.ts';
import { renderFailedCheck } from '../view/prompts/failed-check.ts';
import type { RunningWorker } from './executor/local-process.ts';
import { outcomeOfExit, type WorkerExit } from './executor/worker-outcome.ts';
import { type ActiveWorker, budgetVerdict, type WorkerPool } from './worker-pool.ts';

/** The end of a worker's process, and how its session continues. */
interface Work {
  exit: WorkerExit;
  /** @param earlier the stream so far */
  continueWith(prompt: string, earlier: WorkerStream): RunningWorker;
}

/**
 * Runs the checks of a worker that has reported. When one fails, its output goes back to the same
 * session, as often as the configuration allows.
 * @returns the end of the worker's last process
 */
export async function proveWork(
  pool: WorkerPool,
  task: TaskState,
  worker: ActiveWorker,
  { exit: first, continueWith }: Work,
): Promise<WorkerExit> {
  const { run, options } = pool;
  const { checks: policy } = run.state.opened.policy;
  const { signal } = worker.preparing;
  let exit = first;
  while (hasReported(worker, exit) && worker.cwd !== null) {
    const round = await runChecks(run, worker.attempt, {
      ...{ host: options.host, cwd: worker.cwd, env: options.env, signal },
      areOthersWriting: () => areOthersWriting(pool, worker),
      outwaitOthers: () => outwaitOthers(pool, worker),
    });
    const { rounds } = worker.attempt.checks;
    const isOver = !round || round.isPassed || rounds > policy.rounds;
    if (isOver || signal.aborted || budgetVerdict(pool)) break;
    const ref = { run: run.paths.run, task: task.plan.id };
    const prompt = renderFailedCheck(ref, round, { round: rounds, of: policy.rounds });
    const running = continueWith(prompt, exit.stream);
    worker.running = running;
    exit = await running.ended;
  }
  return exit;
}

function hasReported({ attempt, preparing }: ActiveWorker, exit: WorkerExit): boolean {
  const { outcome, text } = outcomeOfExit(exit, preparing.signal.aborted);
  const hasText = (text ?? '').trim() !== '' || attempt.report !== null;
  return outcome === 'reported' && hasText && attempt.end === null && !preparing.signal.aborted;
}

/** Whether another task is changing files in the same directory. */
function areOthersWriting({ run, workers }: WorkerPool, { attempt, cwd }: ActiveWorker): boolean {
  return [...workers.values()].some(
    (other) =>
      other.attempt.id !== attempt.id && other.cwd === cwd && isWriting(run.state, other.attempt),
  );
}

async function outwaitOthers(pool: WorkerPool, worker: ActiveWorker): Promise<void> {
  const { signal } = worker.preparing;
  while (!signal.aborted && areOthersWriting(pool, worker)) {
    await new Promise<void>((resolve) => {
      pool.waiting.push(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}
