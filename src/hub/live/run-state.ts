import { reconcileRun } from '../../operations/reconcile-run.ts';
import { isActive } from '../../run/run-state.ts';
import { toStatusDocument } from '../../run/status-document.ts';
import { describeDefects, type RunHandle } from '../../store/run-handle.ts';
import type { RunState } from '../../view/page/page-data.ts';
import { toTaskDetails } from '../../view/page/task-details.ts';
import type { Repository } from '../hub-context.ts';

/** Everything that the pages of a run show. */
export function toRunPageState(
  { name, host }: Pick<Repository, 'name' | 'host'>,
  run: RunHandle,
): RunState {
  const { opened, supervision } = run.state;
  return {
    repo: name,
    run: run.paths.run,
    atWork: isActive(reconcileRun(run.state, host)),
    isHeadless: supervision.options !== null || opened.session === null,
    status: toStatusDocument(run.state),
    details: toTaskDetails(run.state),
    notes: describeDefects(run),
  };
}

/** The state without the tasks that are as they were. */
export function withChangedTasks(before: RunState, after: RunState): RunState {
  const known = new Map(before.status.tasks.map((task) => [task.id, task]));
  const isSame = (id: string, task: object) =>
    JSON.stringify([known.get(id), before.details[id]]) ===
    JSON.stringify([task, after.details[id]]);
  const tasks = after.status.tasks.filter((task) => !isSame(task.id, task));
  const details = Object.fromEntries(
    tasks.flatMap(({ id }) => {
      const known = after.details[id];
      return known ? [[id, known] as const] : [];
    }),
  );
  return { ...after, status: { ...after.status, tasks }, details };
}
