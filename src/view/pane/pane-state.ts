import type { Elements } from 'claude-code';
import type { StatusDocument } from '../../run/status-schema.ts';

/** One line of `swarm watch --all --json`. */
export interface SubscribedRun {
  run: string;
  dir: string;
  session: string | null;
  /** Whether somebody works on it. */
  atWork: boolean;
  /** Whether this session, of those that are open, is woken by its end. */
  wakes: boolean;
  status: StatusDocument;
}

/**
 * What the parts of the pane draw with, and the run that they draw. The client accepts no module
 * that puts `$` in an object, so that is passed apart.
 */
export interface Drawing {
  elements: Elements;
  run: SubscribedRun;
}

/** A report or a summary that the pane shows. */
export interface OpenText {
  title: string;
  path: string;
  text: string;
}

/**
 * What the pane shows. All of it can be read from the disk again, so it does not outlive the
 * module.
 */
export const paneState = {
  runs: new Map<string, SubscribedRun>(),
  /** The session that this client shows; runs of other sessions are marked. */
  session: '',
  /** The run that is drawn; null: the newest. */
  run: null as string | null,
  /** The open task, as `<run>/<task>`: another run may have a task of the same name. */
  task: null as string | null,
  /** The run whose tasks are all listed. */
  unfolded: null as string | null,
  /** `<run>` or `<run>/<task>` whose cancellation may be waiting, see {@link isAskedAbout}. */
  confirming: null as string | null,
  text: null as OpenText | null,
  /** Whether a `swarm watch` process feeds the pane. */
  isSubscribed: false,
  /**
   * `waiting`: open, but the terminal is too narrow to place it unasked. `closed`: by the person,
   * who can open it again.
   */
  pane: 'none' as 'none' | 'waiting' | 'placed' | 'closed',
  /** Why the pane is no longer updated; null while it is. */
  trouble: null as string | null,
};

/** The runs, newest first; their ids sort by time. */
export function shownRuns(): SubscribedRun[] {
  return [...paneState.runs.values()].sort((a, b) => (a.run < b.run ? 1 : -1));
}

/** The run that is drawn. */
export function shownRun(): SubscribedRun | undefined {
  return paneState.runs.get(paneState.run ?? '') ?? shownRuns()[0];
}

export function isUnfinished({ status }: SubscribedRun): boolean {
  return status.endedAt === null;
}

/**
 * Whether the person is being asked to confirm a cancellation. A question does not outlive the work
 * that it is about.
 * @param task null for the whole run
 */
export function isAskedAbout({ run, status }: SubscribedRun, task: string | null): boolean {
  if (paneState.confirming !== (task === null ? run : `${run}/${task}`)) return false;
  const target = task === null ? status : status.tasks.find(({ id }) => id === task);
  return ['pending', 'working', 'input_required'].includes(target?.status ?? '');
}

/** Whether a question about this run, or about one of its tasks, is open. */
export function isAsking(run: SubscribedRun): boolean {
  return isAskedAbout(run, null) || run.status.tasks.some(({ id }) => isAskedAbout(run, id));
}
