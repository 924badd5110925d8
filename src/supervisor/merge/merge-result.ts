import type { MergeStep } from '../../ledger/events.ts';
import { gitOrThrow } from '../../platform/git.ts';
import { isMergeComplete, isMergePassed, type MergeState } from '../../run/merge/merge-state.ts';
import { mergedBranchOf } from '../../run/worktree-state.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import type { MergedTask, MergeResult } from '../../view/results.ts';
import { caseCollisions } from '../../worktrees/merging/case-collisions.ts';
import { pullRequestCommand, takeOverCommand } from '../../worktrees/merging/take-over.ts';
import type { MergeEnd } from './merge-run.ts';

/** What a merge came to, and how its branch is taken over. */
export async function mergeResult(
  run: RunHandle,
  end: MergeEnd,
  env: Readonly<Record<string, string | undefined>>,
): Promise<MergeResult> {
  const { state, paths } = run;
  const { merge } = state;
  if (merge === null || end === 'nothing') return noResult(run, end);
  const { root } = paths;
  const { branch, base, into, changes, tip } = merge;
  const isEnded = end === 'ended';
  const checkout = state.supervision.options?.checkout ?? root;
  const place = { root, checkout, branch, tip, into };
  const isUseful = isEnded && tip !== base;
  return {
    run: paths.run,
    outcome: isEnded ? (isMergeComplete(merge) ? 'merged' : 'incomplete') : 'interrupted',
    isDryRun: false,
    ...{ branch, into, base, changes },
    commit: tip === base ? null : tip,
    verified: isMergePassed(merge),
    tasks: tasksOf(merge),
    collisions: isUseful ? await caseCollisions(root, base, tip) : [],
    diffstat: isUseful ? await diffstat(root, base, tip) : '',
    takeOver: isUseful ? await takeOverCommand(place, {}) : null,
    pullRequest: isUseful ? await pullRequestCommand(place, env, {}) : null,
  };
}

function noResult({ paths, state }: RunHandle, end: MergeEnd): MergeResult {
  const nothing = { into: null, base: null, commit: null, verified: null, changes: null };
  return {
    run: paths.run,
    outcome: end === 'aborted' ? 'interrupted' : 'nothing_to_merge',
    isDryRun: false,
    branch: mergedBranchOf(state),
    ...nothing,
    ...{ tasks: [], collisions: [], diffstat: '', takeOver: null, pullRequest: null },
  };
}

function tasksOf({ steps }: MergeState): MergedTask[] {
  return [...steps].map(([task, step]) => ({ task, ...shown(step) }));
}

function shown({ outcome, others, files, reason, results, output }: MergeStep) {
  const checks = results.map(({ command, exitCode, durationMs }) => ({
    ...{ command, exitCode, durationMs },
  }));
  return { outcome, others, files, reason, checks, output };
}

function diffstat(root: string, base: string, tip: string): Promise<string> {
  const args = ['diff', '--stat=100', '--no-color', '--no-ext-diff', '--no-textconv', base, tip];
  return gitOrThrow(root, args);
}
