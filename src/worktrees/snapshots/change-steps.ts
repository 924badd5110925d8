import { type GitOptions, gitOrThrow } from '../../platform/git.ts';
import type { ChangeStep, FileChange, FileVersion } from '../../run/snapshots/changed-files.ts';
import type { Snapshot } from '../../run/snapshots/snapshot.ts';
import { tasksBetween, type WritingSpan } from '../../run/snapshots/writing-spans.ts';

/** Finds out what changed from each snapshot to the next, and which tasks may have done it. */
export async function changeSteps(
  root: string,
  snapshots: readonly Snapshot[],
  spans: readonly WritingSpan[],
  options?: GitOptions,
): Promise<ChangeStep[]> {
  const steps: ChangeStep[] = [];
  for (const [index, after] of snapshots.entries()) {
    const before = snapshots[index - 1];
    if (!before) continue;
    const tasks = tasksBetween(spans, before, after);
    const changes =
      before.tree === after.tree ? [] : await compare(root, before.tree, after.tree, options);
    steps.push({ from: before.tree, to: after.tree, tasks, changes });
  }
  return steps;
}

async function compare(
  root: string,
  from: string,
  to: string,
  options?: GitOptions,
): Promise<FileChange[]> {
  const args = ['diff-tree', '-r', '-z', '--raw', '--no-abbrev', '--no-renames', from, to];
  const parts = (await gitOrThrow(root, args, options)).split('\0');
  const changes: FileChange[] = [];
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
