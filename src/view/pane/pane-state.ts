import type { StatusDocument } from '../../run/status-schema.ts';

/** One line of `swarm watch --all --json`. */
export interface SubscribedRun {
  run: string;
  dir: string;
  session: string | null;
  status: StatusDocument;
}

/** A report or a summary that is being read in the pane. */
export interface OpenText {
  title: string;
  path: string;
  text: string;
}

/**
 * What the live view shows. All of it comes from the disk and can be had again, so it does not
 * outlive the module.
 */
export const paneState = {
  runs: new Map<string, SubscribedRun>(),
  /** The session that this client shows; a run of another one is marked. */
  session: '',
  /** The run that is drawn; the newest where it is null. */
  run: null as string | null,
  task: null as string | null,
  isUnfolded: false,
  /** `<run>` or `<run>/<task>` whose cancellation waits to be confirmed. */
  confirming: null as string | null,
  text: null as OpenText | null,
  /** Whether a `swarm watch` process feeds the view. */
  isFollowing: false,
  /**
   * `waiting`: open, but the terminal is too narrow to place it unasked. `closed`: by the person,
   * who opens it again when they want.
   */
  pane: 'none' as 'none' | 'waiting' | 'placed' | 'closed',
  /** Why the view stands still, where it does. */
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

export function isWorking({ status }: SubscribedRun): boolean {
  return status.endedAt === null;
}
