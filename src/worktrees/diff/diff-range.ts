import { existsSync } from 'node:fs';
import { EXIT, SwarmError } from '../../errors/swarm-error.ts';
import { type GitOptions, git, gitOrThrow } from '../../platform/git.ts';
import { changedFilesOf } from '../../run/snapshots/changed-files.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import { worktreePath } from '../../store/run-paths.ts';
import { contentTree } from '../commits/content-tree.ts';
import { headCommit } from '../commits/refs.ts';
import { combineBranches } from '../merging/combine-branches.ts';
import { type HistoryOptions, readSteps } from '../snapshots/read-steps.ts';
import { isRepository } from '../snapshots/snapshot-ref.ts';

/** Two commits or trees between which the changes of a task or run are. */
export interface DiffRange {
  /** The working tree in which git finds them, absolute. */
  cwd: string;
  from: string;
  to: string;
  /** The files to compare; null for all. */
  files: string[] | null;
  source: 'branches' | 'snapshots' | 'seen_files';
  /**
   * Where tasks worked in one tree, the tasks that may have changed each file: those whose agents were
   * running, or without snapshots those that were seen to change it. Changes of a person in the same
   * file cannot be told apart.
   */
  changedBy: Map<string, string[]> | null;
  /** What no snapshot has: large new files, and other repositories. */
  leftOut: string[];
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
  options: HistoryOptions,
): Promise<DiffRange | null> {
  const ofBranches =
    task === null ? await rangeOfRun(run, options) : await rangeOfWorktree(run, task, options);
  if (ofBranches) return ofBranches;
  const ofSnapshots = await rangeOfSnapshots(run, task, options);
  return ofSnapshots === undefined ? rangeOfFiles(run, task, options) : ofSnapshots;
}

const WHOLE = {
  ...{ files: null, source: 'branches', changedBy: null, missing: [], leftOut: [] },
} as const satisfies Partial<DiffRange>;

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

/**
 * In a shared tree: what changed while the agents were running.
 * @returns undefined if there are no snapshots of that time, null if nothing changed
 */
async function rangeOfSnapshots(
  run: RunHandle,
  task: string | null,
  options: HistoryOptions,
): Promise<DiffRange | null | undefined> {
  const isMeant = (id: string) => task === null || id === task;
  const history = await readSteps(run, options);
  if (!history || history.unknown.some(isMeant)) return undefined;
  const { checkout: cwd, snapshots, steps } = history;
  const found = changedFilesOf(steps, isMeant);
  if (!found || found.changedBy.size === 0) return null;
  const { from, to, changedBy } = found;
  const files = [...changedBy.keys()];
  const leftOut = [...new Set(snapshots.flatMap(({ left }) => left))].sort();
  return { cwd, from, to, files, source: 'snapshots', changedBy, missing: [], leftOut };
}

/** In a shared tree without snapshots: the files that agents were seen to change, against the last commit. */
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
  assertComparable(cwd, run.paths.run);
  const from = await lastCommit(cwd, options);
  const to = await contentTree(cwd, options);
  return { cwd, from, to, files, source: 'seen_files', changedBy, missing: [], leftOut: [] };
}

/** @throws {SwarmError} outside of git, which has nothing to compare with */
function assertComparable(cwd: string, run: string): void {
  if (isRepository(cwd)) return;
  throw new SwarmError(
    `${cwd} is not a git repository, so it is not known how its files changed. \`swarm show ${run}/<task-id>\` lists the files that an agent was seen to change`,
    EXIT.notCompleted,
  );
}

/** The commit that is checked out; an empty tree if there is none yet. */
async function lastCommit(cwd: string, options: GitOptions): Promise<string> {
  const { code, stdout } = await git(cwd, ['rev-parse', '--verify', '--quiet', 'HEAD'], options);
  return code === 0 ? stdout.trim() : gitOrThrow(cwd, ['mktree'], options);
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
