import type { ChangeStep, FileChange, FileVersion } from './changed-files.ts';

export interface RestorePlan {
  files: RestoredFile[];
  /** Files that cannot be put back without losing changes of somebody else. */
  blocked: BlockedFile[];
}

export interface RestoredFile {
  path: string;
  /** As it was before; null if there was none. */
  before: FileVersion | null;
  /** Whether the file exists now. */
  exists: boolean;
}

interface BlockedFile {
  path: string;
  /** Other tasks that may have changed it since; those of other runs as `<run-id>/<task-id>`. */
  tasks: string[];
  /** Whether a person or another program changed it: no agent was running then, or none did it. */
  byPerson: boolean;
  /** Git does not keep the files of a submodule. */
  isSubmodule: boolean;
}

const SUBMODULE = '160000';

/**
 * Decides which files are put back to what they were before some tasks changed them.
 * @param steps all changes up to now, oldest first
 */
export function planRestore(
  steps: readonly ChangeStep[],
  isMeant: (task: string) => boolean,
): RestorePlan {
  const plan: RestorePlan = { files: [], blocked: [] };
  for (const [path, history] of historiesOf(steps, isMeant)) {
    const before = history[0]?.before ?? null;
    const now = history.at(-1)?.after ?? null;
    if (before?.id === now?.id && before?.mode === now?.mode) continue;
    const tasks = [...new Set(history.flatMap(({ others }) => others))];
    const byPerson = history.some(({ byAgent }) => !byAgent);
    const isSubmodule = [before, now].some((version) => version?.mode === SUBMODULE);
    if (tasks.length > 0 || byPerson || isSubmodule)
      plan.blocked.push({ path, tasks, byPerson, isSubmodule });
    else plan.files.push({ path, before, exists: now !== null });
  }
  return plan;
}

interface Change extends FileChange {
  /** The tasks that are not meant and may have made it. */
  others: string[];
}

/** By path, the changes of each file since one of the tasks may have changed it. */
function historiesOf(
  steps: readonly ChangeStep[],
  isMeant: (task: string) => boolean,
): [string, Change[]][] {
  const histories = new Map<string, Change[]>();
  for (const { tasks, others: ofOtherRuns, changes } of steps) {
    const others = [...tasks.filter((id) => !isMeant(id)), ...ofOtherRuns];
    for (const change of changes) {
      const known = histories.get(change.path);
      if (known) known.push({ ...change, others });
      else if (tasks.some(isMeant)) histories.set(change.path, [{ ...change, others }]);
    }
  }
  return [...histories].sort(([a], [b]) => (a < b ? -1 : 1));
}
