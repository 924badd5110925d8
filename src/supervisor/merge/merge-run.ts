import { SwarmError } from '../../errors/swarm-error.ts';
import { isMergeDue, nextStep } from '../../run/merge/merge-due.ts';
import { isMergePassed } from '../../run/merge/merge-state.ts';
import { commit } from '../../store/commit.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import { readAuthorship } from '../../worktrees/commits/authorship.ts';
import { sizeOfDiff } from '../../worktrees/commits/measure-changes.ts';
import { commitSources } from '../../worktrees/merging/merge-sources.ts';
import {
  assertNotCheckedOut,
  closeMergeWorktree,
  moveMergedBranch,
} from '../../worktrees/merging/merge-worktree.ts';
import { mergeTask } from './merge-task.ts';
import type { MergeOptions, Merging } from './merging.ts';
import { openMerge } from './open-merge.ts';

/** `nothing`: no task has changes of its own. `aborted`: by the signal. */
export type MergeEnd = 'ended' | 'nothing' | 'aborted';

/**
 * Merges the branches of a run's completed tasks onto one branch, in a worktree of its own. Each step
 * is recorded, so an interrupted merge is continued, and one that is complete is left as it is. The
 * caller must hold the run.
 * @throws {SwarmError} if the merged branch is in use, or git fails
 */
export async function mergeRun(run: RunHandle, options: MergeOptions): Promise<MergeEnd> {
  try {
    return await mergeAll(run, options);
  } catch (error) {
    if (options.signal.aborted && error instanceof SwarmError) return 'aborted';
    throw error;
  }
}

async function mergeAll(run: RunHandle, options: MergeOptions): Promise<MergeEnd> {
  const { signal, host } = options;
  const sources = await commitSources(run, { host, signal });
  if (sources.size === 0) return 'nothing';
  const { state, branchTip, tip } = await openMerge(run, sources, options);
  const { root } = run.paths;
  if (!isMergeDue(run.state, sources)) return 'ended';
  await assertNotCheckedOut(root, state.branch);
  const merging: Merging = {
    ...{ run, options, base: state.base, check: state.check, tip, tree: null },
    author: await readAuthorship(root, { signal }),
    path: null,
    isUsed: false,
    wasPassing: isMergePassed(state),
  };
  for (const [task, source] of sources) {
    const step = await takeStep(merging, task, source);
    if (step === 'aborted') return 'aborted';
  }
  await closeMergeWorktree(run.paths);
  await moveMergedBranch(root, state.branch, { from: branchTip, to: merging.tip });
  const changes = await sizeOfDiff(root, state.base, merging.tip, { signal });
  commit(run, [{ event: 'merge.ended', at: host.now(), ...changes }], host);
  return 'ended';
}

async function takeStep(
  merging: Merging,
  task: string,
  source: string | null,
): Promise<'aborted' | null> {
  const { run, options } = merging;
  const next = nextStep(run.state, task, source);
  if (next === null) return null;
  const step =
    next === 'merge' && source !== null ? await mergeTask(merging, task, source) : notMerged(next);
  if (step === null) return 'aborted';
  const { host } = options;
  const whole = { source, tip: merging.tip, ...step };
  commit(run, [{ event: 'merge.step', at: host.now(), task, ...whole }], host);
  options.onStep?.(task, whole);
  return null;
}

function notMerged(skip: ReturnType<typeof nextStep>) {
  const { others, reason } =
    skip === 'merge' || skip === null ? { others: [], reason: 'it has no commit' } : skip;
  return { outcome: 'skipped' as const, others, reason, files: [], results: [], output: null };
}
