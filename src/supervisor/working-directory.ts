import { SwarmError } from '../errors/swarm-error.ts';
import type { TaskState } from '../run/run-state.ts';
import { mayWrite } from '../run/snapshots/writing-spans.ts';
import { taskStatuses } from '../run/task-status.ts';
import { isReleased } from '../run/worktree-state.ts';
import { commit } from '../store/commit.ts';
import { sanitizeLine } from '../text/sanitize.ts';
import { commitWork } from '../worktrees/commits/commit-work.ts';
import { createWorktree } from '../worktrees/create-worktree.ts';
import { cleanUpWorktree } from '../worktrees/remove-worktree.ts';
import { takeSnapshot } from '../worktrees/snapshots/take-snapshot.ts';
import { type ActiveWorker, checkoutOf, type WorkerPool } from './worker-pool.ts';

/**
 * The working directory of a worker: the checkout or a worktree of its own.
 * @returns null if the worktree cannot be created, which fails the task, or is no longer needed
 */
export async function prepareWorkingDirectory(
  pool: WorkerPool,
  task: TaskState,
  { attempt, preparing: { signal } }: ActiveWorker,
): Promise<string | null> {
  const { run, options } = pool;
  if (!hasWorktree(pool, task)) {
    await keepFiles(pool, task);
    return checkoutOf(pool);
  }
  try {
    const checkout = checkoutOf(pool);
    return await inTurn(pool, () =>
      createWorktree(run, task.plan.id, { checkout, host: options.host, signal }),
    );
  } catch (error) {
    if (!(error instanceof SwarmError)) throw error;
    if (signal.aborted) return null;
    const message = sanitizeLine(error.message, 500);
    const at = options.host.now();
    commit(
      run,
      [{ event: 'attempt.refused', at, attempt: attempt.id, category: 'fatal', message }],
      options.host,
    );
    return null;
  }
}

/**
 * Commits the changes of a completed task, and cleans up its worktree. If the run is interrupted, that
 * is done when it is resumed.
 */
export async function releaseWorkingDirectory(pool: WorkerPool, task: TaskState): Promise<void> {
  const { host, onNote, interrupt: signal } = pool.options;
  if (signal.aborted) return;
  if (!hasWorktree(pool, task)) return keepFiles(pool, task);
  const { id } = task.plan;
  const { run } = pool;
  try {
    await inTurn(pool, async () => {
      const isCompleted = taskStatuses(run.state).get(id) === 'completed';
      if (isCompleted && run.state.worktrees.has(id)) await commitWork(run, id, { host, signal });
      await cleanUpWorktree(run, id, host, { signal });
    });
  } catch (error) {
    // The worktree stays, so nothing is lost.
    if (!(error instanceof SwarmError)) throw error;
    if (!signal.aborted) onNote(`${id}: ${error.message}`);
  }
}

/** Takes a snapshot of the shared checkout before a worker starts and after it has ended. */
async function keepFiles(pool: WorkerPool, { plan }: TaskState): Promise<void> {
  const { host, onNote, interrupt: signal } = pool.options;
  if (pool.hasNoSnapshots || !mayWrite(plan)) return;
  const checkout = checkoutOf(pool);
  try {
    await inTurn(pool, () => takeSnapshot(pool.run, { host, checkout, signal }));
  } catch (error) {
    if (!(error instanceof SwarmError)) throw error;
    if (signal.aborted || pool.hasNoSnapshots) return;
    pool.hasNoSnapshots = true;
    onNote(`no snapshot was taken: ${error.message}`);
  }
}

/** Does what {@link releaseWorkingDirectory} could not do before the run was interrupted. */
export async function releaseEarlierDirectories(pool: WorkerPool): Promise<void> {
  const { state } = pool.run;
  const statuses = taskStatuses(state);
  for (const id of [...state.worktrees.keys()]) {
    const task = state.tasks.get(id);
    if (task && !isReleased(state, id) && statuses.get(id) === 'completed')
      await releaseWorkingDirectory(pool, task);
  }
}

/** Serializes git operations: worktrees of a repository are created and removed one at a time. */
export function inTurn<Value>(pool: WorkerPool, use: () => Promise<Value>): Promise<Value> {
  const turn = pool.git.then(use);
  pool.git = turn.then(
    () => {},
    () => {},
  );
  return turn;
}

function hasWorktree({ options }: WorkerPool, { plan }: TaskState): boolean {
  return options.worker.worktrees && plan.writes.length > 0;
}
