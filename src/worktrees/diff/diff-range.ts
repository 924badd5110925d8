import { existsSync } from 'node:fs';
import { type GitOptions, gitOrThrow } from '../../platform/git.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import { worktreePath } from '../../store/run-paths.ts';
import { contentTree } from '../commits/content-tree.ts';
import { headCommit } from '../commits/refs.ts';
import { combineBranches } from '../merging/combine-branches.ts';

/** Two commits or trees between which the changes of a task or run are. */
export interface DiffRange {
  /** The working tree in which git finds them, absolute. */
  cwd: string;
  from: string;
  to: string;
  /** The files to compare; null for all. */
  files: string[] | null;
  /**
   * Where tasks worked in one tree, the tasks that were seen to change each file. Changes of a person
   * or of other tasks in the same file cannot be told apart.
   */
  changedBy: Map<string, string[]> | null;
  /** The tasks whose changes are missing, because they conflict or are not committed. */
  missing: string[];
}

/**
 * Finds out what a task changed, or a whole run.
 * @param task null for the run
 * @returns null if no change is known
 */
export async function diffRange(
  run: RunHandle,
  task: string | null,
  options: GitOptions,
): Promise<DiffRange | null> {
  const ofBranches =
    task === null ? await rangeOfRun(run, options) : await rangeOfWorktree(run, task, options);
  return ofBranches ?? rangeOfFiles(run, task, options);
}

const WHOLE = { files: null, changedBy: null, missing: [] };

async function rangeOfWorktree(
  run: RunHandle,
  task: string,
  options: GitOptions,
): Promise<DiffRange | null> {
  const worktree = run.state.worktrees.get(task);
  if (!worktree) return null;
  const { root } = run.paths;
  const path = worktreePath(run.paths, task);
  const { base: from, branch, commit } = worktree;
  if (existsSync(path)) {
    return { ...WHOLE, cwd: path, from, to: await contentTree(path, options) };
  }
  const to = (await headCommit(root, branch, options)) ?? commit;
  return to === null ? null : { ...WHOLE, cwd: root, from, to };
}

async function rangeOfRun(run: RunHandle, options: GitOptions): Promise<DiffRange | null> {
  const { merge, worktrees } = run.state;
  const { root: cwd } = run.paths;
  if (merge && merge.tip !== merge.base) {
    const steps = [...merge.steps].filter(([, { outcome }]) => outcome !== 'merged');
    const missing = steps.map(([id]) => id);
    return { ...WHOLE, cwd, from: merge.base, to: merge.tip, missing };
  }
  if (worktrees.size === 0) return null;
  const combined = await combineBranches(run, null, options);
  if (!combined) return null;
  const missing = combined.tasks.flatMap((one) => (one.outcome === 'merged' ? [] : one.task));
  return { ...WHOLE, cwd, from: combined.base, to: combined.tip, missing };
}

/** In a shared tree: the files that agents were seen to change, against the last commit. */
async function rangeOfFiles(
  run: RunHandle,
  task: string | null,
  options: GitOptions,
): Promise<DiffRange | null> {
  const { root } = run.paths;
  const cwd = run.state.supervision.options?.checkout ?? root;
  const all = filesByTask(run);
  const changedBy = new Map([...all].filter(([, ids]) => task === null || ids.includes(task)));
  const files = [...changedBy.keys()].sort();
  if (files.length === 0 || !existsSync(cwd)) return null;
  const from = await gitOrThrow(cwd, ['rev-parse', 'HEAD'], options);
  return { cwd, from, to: await contentTree(cwd, options), files, changedBy, missing: [] };
}

function filesByTask({ state }: RunHandle): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [id, { attempts }] of state.tasks) {
    const files = new Set(attempts.flatMap(({ evidence }) => evidence?.filesChanged ?? []));
    for (const file of files) {
      // A file outside of the repository is not in its tree.
      if (!file.startsWith('/') && !file.startsWith('..'))
        found.set(file, [...(found.get(file) ?? []), id]);
    }
  }
  return found;
}
