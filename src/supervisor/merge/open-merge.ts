import { EXIT, SwarmError } from '../../errors/swarm-error.ts';
import { checkCommands } from '../../plan/check-commands.ts';
import { isMergeDue } from '../../run/merge/merge-due.ts';
import type { MergeState } from '../../run/merge/merge-state.ts';
import { mergedBranchOf } from '../../run/worktree-state.ts';
import { commit } from '../../store/commit.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import { headCommit, isAncestor } from '../../worktrees/commits/refs.ts';
import { baseOfRun, type MergeSources } from '../../worktrees/merging/merge-sources.ts';
import { commitOfBranch, hasCommit } from '../../worktrees/merging/merge-worktree.ts';
import type { MergeOptions } from './merging.ts';

/** A merge in progress. */
export interface OpenMerge {
  state: MergeState;
  /** Where the branch is now; null if it does not exist. */
  branchTip: string | null;
  /** The commit to continue from. */
  tip: string;
}

/**
 * Continues the merge of a run, or begins one: if there was none, if another branch or check is asked
 * for, or if the branch that is to get the result has moved on.
 * @throws {SwarmError} if the merged branch has commits that would be lost
 */
export async function openMerge(
  run: RunHandle,
  sources: MergeSources,
  options: MergeOptions,
): Promise<OpenMerge> {
  const earlier = run.state.merge;
  const into = options.into ?? earlier?.into ?? null;
  const check = options.check ?? earlier?.check ?? checkOfRun(run);
  const branch = mergedBranchOf(run.state);
  const { root } = run.paths;
  const { host, signal } = options;
  const branchTip = await headCommit(root, branch);
  if (earlier && isSame(earlier, into, check) && (await isUsable(run, earlier, sources))) {
    return { state: earlier, branchTip, tip: await tipToContinue(root, earlier, branchTip) };
  }
  await assertOwn(root, branch, branchTip, earlier);
  const base = into ? await commitOfBranch(root, into) : await baseOfRun(run, { signal });
  const started = { event: 'merge.started', at: host.now(), branch, base, into } as const;
  commit(run, [{ ...started, check: [...check] }], host);
  const state = run.state.merge;
  if (!state) throw new Error('the ledger did not take the start of the merge');
  return { state, branchTip, tip: base };
}

function checkOfRun({ state: { opened } }: RunHandle): string[] {
  return checkCommands(opened.check, opened.policy.checks.named);
}

function isSame(earlier: MergeState, into: string | null, check: readonly string[]): boolean {
  return earlier.into === into && JSON.stringify(earlier.check) === JSON.stringify(check);
}

/** Whether an earlier merge can be continued, or has nothing left to do. */
async function isUsable(
  { paths: { root }, state }: RunHandle,
  { into, tip, endedAt }: MergeState,
  sources: MergeSources,
): Promise<boolean> {
  if (!(await hasCommit(root, tip))) return false;
  if (into === null || endedAt === null) return true;
  const target = await commitOfBranch(root, into);
  if (await isAncestor(root, target, tip)) return true;
  return !isMergeDue(state, sources) && (await isAncestor(root, tip, target));
}

/** Commits that the person made on the merged branch are kept. */
async function tipToContinue(
  root: string,
  earlier: MergeState,
  branchTip: string | null,
): Promise<string> {
  const { tip, branch } = earlier;
  if (branchTip === null || branchTip === tip || branchTip === earlier.published) return tip;
  if (await isAncestor(root, branchTip, tip)) return tip;
  if (await isAncestor(root, tip, branchTip)) return branchTip;
  throw foreign(branch);
}

async function assertOwn(
  root: string,
  branch: string,
  branchTip: string | null,
  earlier: MergeState | null,
): Promise<void> {
  if (branchTip === null) return;
  if (branchTip === earlier?.published || branchTip === earlier?.tip) return;
  if (earlier && (await isAncestor(root, branchTip, earlier.tip))) return;
  throw foreign(branch);
}

function foreign(branch: string): SwarmError {
  return new SwarmError(
    `the branch ${branch} has commits that swarm did not make, and starting over would lose them. Rename it first: git branch -m ${branch} <name>`,
    EXIT.notCompleted,
  );
}
