import type { ChangeStep, FileVersion } from './changed-files.ts';

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
  /** Other tasks that may have changed it since. */
  tasks: string[];
  /** Whether it changed while no agent was running. */
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
    const tasks = [...new Set(history.flatMap((step) => step.tasks))].filter((id) => !isMeant(id));
    const byPerson = history.some((step) => step.tasks.length === 0);
    const isSubmodule = [before, now].some((version) => version?.mode === SUBMODULE);
    if (tasks.length > 0 || byPerson || isSubmodule)
      plan.blocked.push({ path, tasks, byPerson, isSubmodule });
    else plan.files.push({ path, before, exists: now !== null });
  }
  return plan;
}

interface Change {
  tasks: readonly string[];
  before: FileVersion | null;
  after: FileVersion | null;
}

/** By path, the changes of each file since one of the tasks may have changed it. */
function historiesOf(
  steps: readonly ChangeStep[],
  isMeant: (task: string) => boolean,
): [string, Change[]][] {
  const histories = new Map<string, Change[]>();
  for (const { tasks, changes } of steps) {
    for (const { path, before, after } of changes) {
      const known = histories.get(path);
      if (known) known.push({ tasks, before, after });
      else if (tasks.some(isMeant)) histories.set(path, [{ tasks, before, after }]);
    }
  }
  return [...histories].sort(([a], [b]) => (a < b ? -1 : 1));
}
