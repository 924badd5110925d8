import { EXIT, SwarmError } from '../errors/swarm-error.ts';
import { runId } from '../ledger/events.ts';
import { taskId } from '../plan/plan-schema.ts';
import type { TaskState } from '../run/run-state.ts';
import { parseTaskRef, type TaskRef } from '../run/task-ref.ts';
import type { Host } from '../store/host.ts';
import type { RunHandle } from '../store/run-handle.ts';
import { listRuns } from '../store/run-index.ts';
import { runPaths } from '../store/run-paths.ts';
import { didYouMean } from '../text/did-you-mean.ts';

/** Where to look for runs. */
export type RunSource = Pick<Host, 'root' | 'load'>;

/**
 * @param name a run's id, or its beginning or end if no other run's id has the same; the newest run by
 * default
 * @throws {SwarmError} when the name is malformed or ambiguous, or there is no such run
 */
export function findRun(source: RunSource, name: string | undefined): RunHandle {
  const { root, load } = source;
  const run = name ?? listRuns(root).at(-1);
  if (run === undefined) {
    throw new SwarmError(`no runs in ${root}`, EXIT.notFound, { hint: { code: 'create_run' } });
  }
  return load(runPaths(root, runId.safeParse(run).success ? run : wholeId(source, run)));
}

/** What may be a part of a run's id. */
const PART = /^[\da-z-]+$/;

/** The id of the run that a part of it names. @throws {SwarmError} unless there is exactly one */
function wholeId({ root }: RunSource, part: string): string {
  const ref = part.includes('/') ? parseTaskRef(part) : null;
  if (ref) throw new SwarmError(`expected a run without a task, ${ref.run}, found "${part}"`);
  const found = runsNamed(root, part);
  const [run, ...others] = found;
  if (run !== undefined && others.length === 0) return run;
  const listed = `${found.slice(-5).reverse().join(', ')}${found.length > 5 ? ', …' : ''}`;
  const hint = { code: 'list_runs' } as const;
  if (run !== undefined) {
    const message = `"${part}" is the beginning or end of ${found.length} run ids: ${listed}; expected more of one`;
    throw new SwarmError(message, EXIT.badInput, { hint });
  }
  if (PART.test(part))
    throw new SwarmError(
      `no run in ${root} has an id that begins or ends with "${part}"`,
      EXIT.notFound,
      { hint },
    );
  throw new SwarmError(
    `expected a run id such as 20261122-181530-412k7x, or its beginning or end, found "${part}"`,
    EXIT.badInput,
    { hint },
  );
}

/** Whether a command-line argument is a run id, or the beginning or end of one that exists. */
export function namesRun({ root }: Pick<RunSource, 'root'>, text: string): boolean {
  return runId.safeParse(text).success || runsNamed(root, text).length > 0;
}

/** Whether a text can be the id of a task, and is no part of a run's id. */
function namesOnlyTask(source: RunSource, text: string): boolean {
  return taskId.safeParse(text).success && !namesRun(source, text);
}

function runsNamed(root: string, part: string): string[] {
  if (!PART.test(part)) return [];
  return listRuns(root).filter((id) => id.startsWith(part) || id.endsWith(part));
}

/** A run, or one task of it. */
export interface Target {
  run: RunHandle;
  /** Null for the whole run. */
  task: string | null;
}

/**
 * @param name a run's id or a part of it, `<run-id>/<task-id>`, or the id of a task of the newest run
 * @throws {SwarmError} when the name is malformed or ambiguous, or there is no such run or task
 */
export function findTarget(source: RunSource, name: string): Target {
  const bare = taskOfNewestRun(source, name);
  if (bare) return { run: bare, task: name };
  if (!name.includes('/')) {
    if (namesOnlyTask(source, name)) noTask(findRun(source, undefined), name);
    return { run: findRun(source, name), task: null };
  }
  const { run, ref } = findTask(source, name);
  return { run, task: ref.task };
}

/** The newest run, if it has a task with this id. */
function taskOfNewestRun(source: RunSource, name: string): RunHandle | null {
  if (!taskId.safeParse(name).success || runId.safeParse(name).success) return null;
  if (listRuns(source.root).length === 0) return null;
  const run = findRun(source, undefined);
  return run.state.tasks.has(name) ? run : null;
}

/**
 * @param text `<run-id>/<task-id>`, where a part of the run's id is enough, or the id of a task of the
 * newest run
 * @throws {SwarmError} when the text is neither, or there is no such task
 */
export function findTask(
  source: RunSource,
  text: string,
): { run: RunHandle; task: TaskState; ref: TaskRef } {
  const ref = parseTaskRef(text);
  if (ref) return { ...loadTask(source, ref), ref };
  const bare = taskOfNewestRun(source, text);
  if (bare)
    return { run: bare, task: taskOf(bare, text), ref: { run: bare.paths.run, task: text } };
  const [part = '', task = '', ...rest] = text.split('/');
  if (namesOnlyTask(source, text)) noTask(findRun(source, undefined), text);
  if (rest.length > 0 || !PART.test(part) || !taskId.safeParse(task).success) {
    throw new SwarmError(
      `expected <run-id>/<task-id> such as 20261122-181530-412k7x/routes, or the id of a task of the newest run, found "${text}"`,
    );
  }
  const run = findRun(source, part);
  return { run, task: taskOf(run, task), ref: { run: run.paths.run, task } };
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
export function taskOf(run: RunHandle, id: string): TaskState {
  return run.state.tasks.get(id) ?? noTask(run, id);
}

function noTask({ paths, state }: RunHandle, id: string): never {
  const ids = [...state.tasks.keys()];
  throw new SwarmError(
    `run ${paths.run} has no task "${id}"${didYouMean(id, ids)}; its tasks are: ${ids.slice(0, 50).join(', ')}`,
    EXIT.notFound,
  );
}
