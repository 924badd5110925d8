/** One version of a file in git. */
export interface FileVersion {
  /** Such as `100644`. */
  mode: string;
  /** The id of its content. */
  id: string;
}

/** How a file differs between two snapshots; null where there is none. */
export interface FileChange {
  path: string;
  before: FileVersion | null;
  after: FileVersion | null;
  /** Whether an agent that was running can have made it, judging by the tools that it called. */
  byAgent: boolean;
}

/** What changed between one snapshot and the next. */
export interface ChangeStep {
  /** The trees of the two snapshots. */
  from: string;
  to: string;
  /** The tasks whose agents were running, each of which may have made any of the changes. */
  tasks: readonly string[];
  /** The same of other runs in the checkout, as `<run-id>/<task-id>`. */
  others: readonly string[];
  changes: readonly FileChange[];
}

/** The files that some tasks may have changed. */
export interface ChangedFiles {
  /** The trees before the first change of theirs and after the last. */
  from: string;
  to: string;
  /** By path: all tasks that may have changed the file between the two, of other runs as well. */
  changedBy: Map<string, string[]>;
}

/** @returns null if none of the tasks was running between any two snapshots */
export function changedFilesOf(
  steps: readonly ChangeStep[],
  isMeant: (task: string) => boolean,
): ChangedFiles | null {
  const isTheirs = ({ tasks }: ChangeStep) => tasks.some(isMeant);
  const first = steps.findIndex(isTheirs);
  const last = steps.findLastIndex(isTheirs);
  const within = steps.slice(first, last + 1);
  const [begin, end] = [steps[first], steps[last]];
  if (!begin || !end) return null;
  const paths = within.filter(isTheirs).flatMap(({ changes }) => changes.map(({ path }) => path));
  const changedBy = new Map(
    [...new Set(paths)].sort().map((path) => {
      const involved = within.filter(({ changes }) => changes.some((one) => one.path === path));
      return [path, [...new Set(involved.flatMap(({ tasks, others }) => [...tasks, ...others]))]];
    }),
  );
  return { from: begin.from, to: end.to, changedBy };
}
