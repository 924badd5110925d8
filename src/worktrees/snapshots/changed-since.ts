import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { isWrite } from '../../plan/glob-overlap.ts';
import type { GitOptions } from '../../platform/git.ts';
import { decidingAttempt } from '../../run/attempt.ts';
import type { RunState } from '../../run/run-state.ts';
import {
  type ChangeStep,
  changedFilesOf,
  type FileVersion,
} from '../../run/snapshots/changed-files.ts';
import { writingSpans } from '../../run/snapshots/writing-spans.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import { changeSteps } from './change-steps.ts';
import { hashFiles } from './hash-files.ts';
import { readSnapshots } from './snapshot-ref.ts';

/**
 * Which files that tasks of an earlier run changed are no longer as that run left them. Only files
 * count that a task declared, or that its agent was seen to change: snapshots alone cannot tell what
 * tasks did that were running at the same time.
 * @param checkout whose files are compared; absolute
 * @returns paths by task; of tasks without snapshots nothing is known, so they have none
 * @throws {SwarmError} if git refuses
 */
export async function changedSince(
  run: RunHandle,
  tasks: readonly string[],
  checkout: string,
  options: GitOptions = {},
): Promise<Map<string, string[]>> {
  const { root } = run.paths;
  const { snapshots } = (await readSnapshots(run.paths, options)).log;
  const spans = { own: writingSpans(run.state), others: [] };
  const steps = await changeSteps(root, snapshots, spans, options);
  const left = versionsLeft(steps);
  const byTask = tasks.map((task) => [task, filesOf(run.state, task, steps)] as const);
  const paths = [...new Set(byTask.flatMap(([, files]) => files))];
  const now = await versionsNow(checkout, paths, options);
  const isChanged = (path: string) => !isSame(left.get(path) ?? null, now.get(path) ?? null);
  return new Map(byTask.map(([task, files]) => [task, files.filter(isChanged)]));
}

/** The files as the agents of a run left them; what changed after their end does not count. */
function versionsLeft(steps: readonly ChangeStep[]): Map<string, FileVersion | null> {
  const end = steps.findLastIndex(({ tasks }) => tasks.length > 0) + 1;
  const changes = steps.slice(0, end).flatMap((step) => step.changes);
  return new Map(changes.map(({ path, after }) => [path, after]));
}

function filesOf(state: RunState, task: string, steps: readonly ChangeStep[]): string[] {
  const { plan, attempts } = state.tasks.get(task) ?? { plan: null, attempts: [] };
  const seen = new Set(decidingAttempt(attempts)?.evidence?.filesChanged);
  const changed = changedFilesOf(steps, (id) => id === task)?.changedBy.keys() ?? [];
  return [...changed].filter((path) => seen.has(path) || isWrite(plan?.writes ?? [], path));
}

async function versionsNow(
  checkout: string,
  paths: readonly string[],
  options: GitOptions,
): Promise<Map<string, FileVersion | null>> {
  const files = paths.filter((path) => {
    const stats = lstatSync(join(checkout, path), { throwIfNoEntry: false });
    return stats?.isFile() || stats?.isSymbolicLink();
  });
  const unknown = files.map((path) => ({ path, mode: null }));
  return hashFiles(checkout, unknown, options);
}

function isSame(left: FileVersion | null, now: FileVersion | null): boolean {
  return left?.id === now?.id && left?.mode === now?.mode;
}
