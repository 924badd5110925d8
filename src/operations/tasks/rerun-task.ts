import { EXIT, SwarmError } from '../../errors/swarm-error.ts';
import type { RunState } from '../../run/run-state.ts';
import { isFinished, taskStatuses } from '../../run/task-status.ts';
import { commit } from '../../store/commit.ts';
import type { Host } from '../../store/host.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import type { RetryResult } from '../../view/results.ts';
import { taskOf } from '../find-run.ts';

/**
 * Asks for one more attempt of a task that has ended, even if it completed. Until the new attempt
 * reports, its earlier report stays.
 * @param withDependents whether the tasks that need it, directly or not, are done again too
 * @throws {SwarmError} when there is no such task, or it has not ended
 */
export function rerunTask(
  run: RunHandle,
  id: string,
  withDependents: boolean,
  host: Host,
): RetryResult {
  taskOf(run, id);
  const { state } = run;
  const statuses = taskStatuses(state);
  const hasEnded = (task: string) => isFinished(statuses.get(task) ?? 'pending');
  if (!hasEnded(id)) {
    throw new SwarmError(
      `task "${id}" is ${statuses.get(id)}; only a task that has ended can be done again`,
      EXIT.badInput,
      { hint: { code: 'watch_or_cancel_run', run: run.paths.run } },
    );
  }
  const dependents = withDependents ? dependentsOf(state, id) : [];
  const again = [id, ...dependents.filter(hasEnded)];
  const at = host.now();
  commit(
    run,
    again.map((task) => ({ event: 'rerun.requested', at, task }) as const),
    host,
  );
  const after = taskStatuses(state);
  const needs = state.tasks.get(id)?.plan.needs ?? [];
  const blockedBy = needs.find((need) => after.get(need) !== 'completed') ?? null;
  const outcome = blockedBy === null ? 'allowed' : 'blocked';
  const result = { run: run.paths.run, task: id, retried: again, unblocked: [], denied: [] };
  return { ...result, outcome, blockedBy };
}

/** The tasks that need a task, directly or not, in plan order. */
function dependentsOf({ tasks }: RunState, id: string): string[] {
  const found = new Set([id]);
  // In a plan, a task may be listed before one that it needs.
  for (let size = 0; size < found.size; ) {
    size = found.size;
    for (const [task, { plan }] of tasks)
      if (plan.needs.some((need) => found.has(need))) found.add(task);
  }
  return [...tasks.keys()].filter((task) => task !== id && found.has(task));
}
