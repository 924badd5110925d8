import { mergedBranchOf } from '../../run/worktree-state.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import type { MergeResult } from '../../view/results.ts';
import { sizeOfDiff } from '../../worktrees/commits/measure-changes.ts';
import { combineBranches } from '../../worktrees/merging/combine-branches.ts';
import { assertMergeable } from './merge-ended-run.ts';

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
  const combined = await combineBranches(run, into, { signal });
  const { base = null, tip = null, tasks = [] } = combined ?? {};
  const isComplete = tasks.every(({ outcome }) => outcome === 'merged');
  return {
    run: run.paths.run,
    outcome: combined === null ? 'nothing_to_merge' : isComplete ? 'merged' : 'incomplete',
    isDryRun: true,
    branch: mergedBranchOf(run.state),
    ...{ into, base, tasks },
    changes: base && tip ? await sizeOfDiff(root, base, tip, { signal }) : null,
    ...{
      commit: null,
      verified: null,
      collisions: [],
      diffstat: '',
      takeOver: null,
      pullRequest: null,
    },
  };
}
