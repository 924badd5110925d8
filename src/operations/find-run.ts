import { EXIT, SwarmError } from '../errors/swarm-error.ts';
import { runId } from '../ledger/events.ts';
import { parseTaskRef, type TaskRef } from '../run/task-ref.ts';
import type { TaskState } from '../run/task-status.ts';
import type { Host } from '../store/host.ts';
import type { RunHandle } from '../store/run-handle.ts';
import { listRuns } from '../store/run-index.ts';
import { runPaths } from '../store/run-paths.ts';

/** Where runs are looked for. */
export type RunSource = Pick<Host, 'root' | 'load'>;

/**
 * @param name a run's id; left out means the newest
 * @throws {SwarmError} when the name is malformed or there is no such run
 */
export function findRun({ root, load }: RunSource, name: string | undefined): RunHandle {
  const run = name ?? listRuns(root).at(-1);
  if (run === undefined) {
    throw new SwarmError(`no runs in ${root}; \`swarm plan FILE\` opens one`, EXIT.notFound);
  }
  if (!runId.safeParse(run).success) {
    const ref = parseTaskRef(run);
    if (ref) throw new SwarmError(`expected a run without a task, ${ref.run}, found "${run}"`);
    throw new SwarmError(
      `expected a run id such as 20261122-181530-412k7x, found "${run}"; \`swarm list\` shows them`,
    );
  }
  return load(runPaths(root, run));
}

/** @throws {SwarmError} when the text is no `<run-id>/<task-id>` or there is no such task */
export function findTask(
  source: RunSource,
  text: string,
): { run: RunHandle; task: TaskState; ref: TaskRef } {
  const ref = parseTaskRef(text);
  if (!ref) {
    throw new SwarmError(
      `expected <run-id>/<task-id> such as 20261122-181530-412k7x/routes, found "${text}"`,
    );
  }
  return { ...loadTask(source, ref), ref };
}

/** @throws {SwarmError} when there is no such run or task */
export function loadTask(
  { root, load }: RunSource,
  ref: TaskRef,
): { run: RunHandle; task: TaskState } {
  const run = load(runPaths(root, ref.run));
  const task = run.state.tasks.get(ref.task);
  if (!task) {
    const ids = [...run.state.tasks.keys()].slice(0, 50).join(', ');
    throw new SwarmError(
      `run ${ref.run} has no task "${ref.task}"; its tasks are: ${ids}`,
      EXIT.notFound,
    );
  }
  return { run, task };
}
