import type { GitOptions } from '../../platform/git.ts';
import { unmergedNeeds } from '../../run/merge/merge-order.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import type { MergedTask } from '../../view/results.ts';
import { baseOfRun, previewSources } from './merge-sources.ts';
import { commitOfBranch } from './merge-worktree.ts';
import { previewMerge } from './preview-merge.ts';

/** What merging all branches would lead to. */
export interface Combined {
  base: string;
  /** A commit on no branch with everything that merges without a conflict. */
  tip: string;
  tasks: MergedTask[];
}

const TASK = { others: [], files: [], reason: null, checks: [], output: null };

/**
 * Merges the branches of a run in memory; nothing that is seen changes.
 * @param into the branch to begin at; null for where the run began
 * @returns null if there is nothing to merge
 * @throws {SwarmError} if git is too old
 */
export async function combineBranches(
  run: RunHandle,
  into: string | null,
  options: GitOptions,
): Promise<Combined | null> {
  const { root } = run.paths;
  const sources = await previewSources(run, options);
  if (sources.size === 0) return null;
  const base = into ? await commitOfBranch(root, into) : await baseOfRun(run, options);
  const steps = new Map<string, Pick<MergedTask, 'outcome'>>();
  const tasks: MergedTask[] = [];
  let tip = base;
  for (const [task, source] of sources) {
    const others = unmergedNeeds(run.state, task, steps);
    const next = await combine(run, { task, source, tip, others }, options);
    tip = next.tip ?? tip;
    steps.set(task, next.step);
    tasks.push({ ...TASK, task, ...next.step });
  }
  return { base, tip, tasks };
}

async function combine(
  { state, paths }: RunHandle,
  {
    task,
    source,
    tip,
    others,
  }: { task: string; source: string | null; tip: string; others: string[] },
  options: GitOptions,
): Promise<{ tip?: string; step: Pick<MergedTask, 'outcome'> & Partial<MergedTask> }> {
  if (others.length > 0) return { step: { outcome: 'skipped', others } };
  if (source === null) {
    const reason = state.worktrees.get(task)?.problem ?? 'it has no commit';
    return { step: { outcome: 'skipped', reason } };
  }
  const made = await previewMerge(paths.root, tip, source, options);
  if ('tip' in made) return { tip: made.tip, step: { outcome: 'merged' } };
  return { step: { outcome: 'conflict', files: made.files } };
}
