import { SwarmError } from '../errors/swarm-error.ts';
import type { TaskState } from '../run/task-status.ts';
import { appendToRun } from '../store/run-handle.ts';
import { sanitizeLine } from '../text/sanitize.ts';
import { addWorktree } from '../worktrees/create-worktree.ts';
import { settleWorktree } from '../worktrees/remove-worktree.ts';
import { type Crew, type CrewMember, checkoutOf } from './worker-pool.ts';

/**
 * The directory that a worker starts in: the checkout, or a worktree of its own.
 * @returns null when the worktree cannot be made, which fails the task, or need not be any more
 */
export async function makePlace(
  crew: Crew,
  task: TaskState,
  { attempt, placing: { signal } }: CrewMember,
): Promise<string | null> {
  const { run, options } = crew;
  if (!hasWorktree(crew, task)) return checkoutOf(crew);
  const { now } = options;
  try {
    const checkout = checkoutOf(crew);
    return await inTurn(crew, () => addWorktree(run, task.plan.id, { checkout, now, signal }));
  } catch (error) {
    if (!(error instanceof SwarmError)) throw error;
    if (signal.aborted) return null;
    const message = sanitizeLine(error.message, 500);
    appendToRun(run, [
      { event: 'attempt.refused', at: now(), attempt: attempt.id, category: 'fatal', message },
    ]);
    return null;
  }
}

/** A worktree in which an attempt was interrupted is needed again as it is. */
export async function settlePlace(crew: Crew, task: TaskState): Promise<void> {
  const { now, onNote, interrupt: signal } = crew.options;
  if (!hasWorktree(crew, task) || signal.aborted) return;
  try {
    await inTurn(crew, () => settleWorktree(crew.run, task.plan.id, { now, signal }));
  } catch (error) {
    // It stays then, which loses nothing.
    if (!(error instanceof SwarmError)) throw error;
    if (!signal.aborted) onNote(error.message);
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

function hasWorktree({ options }: Crew, { plan }: TaskState): boolean {
  return options.worker.worktrees && plan.writes.length > 0;
}
