import { subagentsToStop } from '../run/agents-to-stop.ts';
import { isFinished, taskStatuses } from '../run/task-status.ts';
import { commit } from '../store/commit.ts';
import type { Host } from '../store/host.ts';
import type { RunHandle } from '../store/run-handle.ts';
import type { CancelResult } from '../view/results.ts';
import { taskOf } from './find-run.ts';

/** The tasks that cancelling would end. @param task null for the whole run */
export function cancellableTasks(run: RunHandle, task: string | null): string[] {
  return [...taskStatuses(run.state)].flatMap(([id, status]) =>
    !isFinished(status) && (task ?? id) === id ? id : [],
  );
}

/** The answer to a person who was asked and did not confirm. */
export function notConfirmed(run: RunHandle, task: string | null): CancelResult {
  const none = { cancelled: [], kept: [], stopping: [], agents: [] };
  return { run: run.paths.run, task, outcome: 'not_confirmed', ...none };
}

/**
 * Cancels a run, or one task of it. Repeating it has no effect.
 * @param task null for the whole run
 * @throws {SwarmError} when the run has no such task
 */
export function cancelRun(run: RunHandle, task: string | null, host: Host): CancelResult {
  if (task !== null) taskOf(run, task);
  const unfinished = cancellableTasks(run, task);
  const target = { run: run.paths.run, task };
  if (unfinished.length === 0) {
    const none = { cancelled: [], kept: [], stopping: [], agents: [] };
    return { ...target, outcome: 'nothing_to_cancel', ...none };
  }
  commit(run, [{ event: 'cancel.requested', at: host.now(), task }], host);
  const after = taskStatuses(run.state);
  const isStopping = (id: string) => after.get(id) === 'working';
  const isKept = (id: string) => after.get(id) === 'completed';
  return {
    ...target,
    outcome: 'cancelled',
    cancelled: unfinished.filter((id) => !isStopping(id) && !isKept(id)),
    kept: unfinished.filter(isKept),
    stopping: unfinished.filter(isStopping),
    agents: subagentsToStop(run.state),
  };
}
