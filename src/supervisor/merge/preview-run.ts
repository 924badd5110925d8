import type { MergeStep } from '../../ledger/events.ts';
import { unmergedNeeds } from '../../run/merge/merge-order.ts';
import { mergedBranchOf } from '../../run/worktree-state.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import type { MergedTask, MergeResult } from '../../view/results.ts';
import { sizeOfDiff } from '../../worktrees/commits/measure-changes.ts';
import { baseOfRun, previewSources } from '../../worktrees/merging/merge-sources.ts';
import { commitOfBranch } from '../../worktrees/merging/merge-worktree.ts';
import { previewMerge } from '../../worktrees/merging/preview-merge.ts';
import { assertMergeable } from './merge-ended-run.ts';

const TASK = { others: [], files: [], reason: null, checks: [], output: null };

/**
 * What merging the branches of a run would lead to, without a check. Nothing is changed.
 * @throws {SwarmError} if the run cannot be merged, or git is too old
 */
export async function previewRun(
  run: RunHandle,
  { into = null, signal }: { into?: string | null; signal: AbortSignal },
): Promise<MergeResult> {
  assertMergeable(run.state);
  const { root } = run.paths;
  const sources = await previewSources(run, { signal });
  const base = into ? await commitOfBranch(root, into) : await startOf(run, sources.size, signal);
  const steps = new Map<string, Pick<MergeStep, 'outcome'>>();
  const tasks: MergedTask[] = [];
  let tip = base;
  for (const [task, source] of sources) {
    const result = await preview(run, { task, source, tip, steps, signal });
    steps.set(task, { outcome: result.outcome });
    tip = result.tip ?? tip;
    tasks.push({ ...TASK, ...result.shown, task, outcome: result.outcome });
  }
  const isComplete = tasks.every(({ outcome }) => outcome === 'merged');
  return {
    run: run.paths.run,
    outcome: sources.size === 0 ? 'nothing_to_merge' : isComplete ? 'merged' : 'incomplete',
    isDryRun: true,
    branch: mergedBranchOf(run.state),
    ...{ into, base, tasks },
    changes: base ? await sizeOfDiff(root, base, tip ?? base, { signal }) : null,
    ...{ commit: null, verified: null, diffstat: '', takeOver: null, pullRequest: null },
  };
}

async function startOf(
  run: RunHandle,
  branches: number,
  signal: AbortSignal,
): Promise<string | null> {
  return branches === 0 ? null : baseOfRun(run, { signal });
}

interface Next {
  task: string;
  source: string | null;
  tip: string | null;
  steps: ReadonlyMap<string, Pick<MergeStep, 'outcome'>>;
  signal: AbortSignal;
}

interface Previewed {
  outcome: MergedTask['outcome'];
  tip?: string;
  shown?: Partial<MergedTask>;
}

async function preview(
  { state, paths }: RunHandle,
  { task, source, tip, steps, signal }: Next,
): Promise<Previewed> {
  const others = unmergedNeeds(state, task, steps);
  if (others.length > 0) return { outcome: 'skipped', shown: { others } };
  if (source === null || tip === null) {
    const reason = state.worktrees.get(task)?.problem ?? 'it has no commit';
    return { outcome: 'skipped', shown: { reason } };
  }
  const made = await previewMerge(paths.root, tip, source, { signal });
  if ('tip' in made) return { outcome: 'merged', tip: made.tip };
  return { outcome: 'conflict', shown: { files: made.files } };
}
