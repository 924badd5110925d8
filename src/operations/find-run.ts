import { EXIT, SwarmError } from '../errors/swarm-error.ts';
import { runId } from '../ledger/events.ts';
import type { TaskState } from '../run/run-state.ts';
import { parseTaskRef, type TaskRef } from '../run/task-ref.ts';
import type { Host } from '../store/host.ts';
import type { RunHandle } from '../store/run-handle.ts';
import { listRuns } from '../store/run-index.ts';
import { runPaths } from '../store/run-paths.ts';

/** Where to look for runs. */
export type RunSource = Pick<Host, 'root' | 'load'>;

/**
 * @param name a run's id; the newest run by default
 * @throws {SwarmError} when the name is malformed or there is no such run
 */
export function findRun({ root, load }: RunSource, name: string | undefined): RunHandle {
  const run = name ?? listRuns(root).at(-1);
  if (run === undefined) {
    throw new SwarmError(`no runs in ${root}`, EXIT.notFound, { hint: { code: 'create_run' } });
  }
  if (!runId.safeParse(run).success) {
    const ref = parseTaskRef(run);
    if (ref) throw new SwarmError(`expected a run without a task, ${ref.run}, found "${run}"`);
    throw new SwarmError(
      `expected a run id such as 20261122-181530-412k7x, found "${run}"`,
      EXIT.badInput,
      { hint: { code: 'list_runs' } },
    );
  }
  return load(runPaths(root, run));
}

/** A run, or one task of it. */
export interface Target {
  run: RunHandle;
  /** Null for the whole run. */
  task: string | null;
}

/**
 * @param name a run's id, or `<run-id>/<task-id>`
 * @throws {SwarmError} when the name is malformed or there is no such run or task
 */
export function findTarget(source: RunSource, name: string): Target {
  if (!name.includes('/')) return { run: findRun(source, name), task: null };
  const { run, ref } = findTask(source, name);
  return { run, task: ref.task };
}

/** @throws {SwarmError} when the text is not `<run-id>/<task-id>` or there is no such task */
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
  return { run, task: taskOf(run, ref.task) };
}

/** @throws {SwarmError} when the run has no such task */
export function taskOf({ paths, state }: RunHandle, id: string): TaskState {
  const task = state.tasks.get(id);
  if (task) return task;
  const ids = [...state.tasks.keys()].slice(0, 50).join(', ');
  throw new SwarmError(
    `run ${paths.run} has no task "${id}"; its tasks are: ${ids}`,
    EXIT.notFound,
  );
}
