import { type GitOptions, gitOrThrow } from '../../platform/git.ts';
import type { ChangeStep, FileChange, FileVersion } from '../../run/snapshots/changed-files.ts';
import type { Snapshot } from '../../run/snapshots/snapshot.ts';
import { spansBetween, type WritingSpan } from '../../run/snapshots/writing-spans.ts';
import { canHaveChanged } from './can-have-changed.ts';

/** The times of agents in a checkout. */
export interface SharedSpans {
  /** Of the run whose snapshots are compared. */
  own: readonly WritingSpan[];
  /** Of other runs. */
  others: readonly WritingSpan[];
}

/** Finds out what changed from each snapshot to the next, and which tasks may have done it. */
export async function changeSteps(
  root: string,
  snapshots: readonly Snapshot[],
  spans: SharedSpans,
  options?: GitOptions,
): Promise<ChangeStep[]> {
  const steps: ChangeStep[] = [];
  for (const [index, after] of snapshots.entries()) {
    const before = snapshots[index - 1];
    if (!before) continue;
    const own = spansBetween(spans.own, before, after);
    const others = spansBetween(spans.others, before, after);
    const running = [...own, ...others];
    const changes =
      before.tree === after.tree ? [] : await compare(root, before.tree, after.tree, options);
    steps.push({
      from: before.tree,
      to: after.tree,
      tasks: tasksOf(own),
      others: tasksOf(others),
      changes: changes.map((change) => {
        const byAgent = running.some((span) => canHaveChanged(span, change.path));
        return { ...change, byAgent };
      }),
    });
  }
  return steps;
}

function tasksOf(spans: readonly WritingSpan[]): string[] {
  return [...new Set(spans.map(({ task }) => task))];
}

async function compare(
  root: string,
  from: string,
  to: string,
  options?: GitOptions,
): Promise<Omit<FileChange, 'byAgent'>[]> {
  const args = ['diff-tree', '-r', '-z', '--raw', '--no-abbrev', '--no-renames', from, to];
  const parts = (await gitOrThrow(root, args, options)).split('\0');
  const changes: Omit<FileChange, 'byAgent'>[] = [];
  for (let index = 0; index + 1 < parts.length; index += 2) {
    const [oldMode = '', mode = '', oldId = '', id = ''] = (parts[index] ?? '').slice(1).split(' ');
    const path = parts[index + 1] ?? '';
    changes.push({ path, before: version(oldMode, oldId), after: version(mode, id) });
  }
  return changes;
}

function version(mode: string, id: string): FileVersion | null {
  return mode === '000000' ? null : { mode, id };
}
