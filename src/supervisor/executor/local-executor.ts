import { freeSlots, type TaskState } from '../../run/run-state.ts';
import { runTask } from '../run-task.ts';
import type { Executor, WorkerPool } from '../worker-pool.ts';

/** Runs attempts as processes of this machine. */
export const localExecutor: Executor = {
  isHere: true,
  hasRoomFor: (pool, task) => mayRunHere(pool, task) && slotsLeft(pool, task) > 0,
  placeOf: ({ options }) => ({ client: options.supervisor.process }),
  run: runTask,
};

/** With a queue, a task that names a pool belongs there. */
function mayRunHere({ options }: WorkerPool, { plan }: TaskState): boolean {
  return options.others === null || plan.pool === undefined;
}

function slotsLeft({ run, workers }: WorkerPool, { plan }: TaskState): number {
  const { limit } = run.state.parallel;
  const here = [...workers.values()].filter(({ attempt }) => !attempt.worker?.pool).length;
  // A conflict is resolved in this repository, even if this machine does nothing else of the run.
  if (limit === 0) return plan.resolves === undefined ? 0 : 1 - here;
  return Math.min(freeSlots(run.state), limit - here);
}
