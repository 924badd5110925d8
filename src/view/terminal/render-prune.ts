import { plural } from '../../text/format.ts';

type KeepReason =
  | { code: 'run_not_ended' | 'uncommitted_changes' | 'branch_not_merged' }
  | { code: 'removal_failed'; message: string };

interface PrunedWorktree {
  run: string;
  branch: string;
  path: string;
  /** Null if it was removed. */
  kept: KeepReason | null;
}

/** What `swarm prune` did. */
interface PruneResult {
  worktrees: readonly PrunedWorktree[];
  mergedBranches: readonly string[];
  idempotencyKeys: number;
  scratch: readonly string[];
  snapshots: readonly string[];
  runs: readonly string[];
  isDryRun: boolean;
}

/** What was done apart from single worktrees, and what to do about those that were kept. */
export function renderPrune(result: PruneResult): string {
  const { worktrees, mergedBranches, idempotencyKeys, scratch, snapshots, runs } = result;
  const removed = result.isDryRun ? 'would remove' : 'removed';
  const kept = worktrees.filter((one) => one.kept && one.kept.code !== 'run_not_ended').length;
  const lines = [
    ...mergedBranches.map((branch) => `${removed} ${branch}`),
    ...runs.map((run) => `${removed} run ${run}`),
    ...(idempotencyKeys > 0
      ? [`${removed} ${plural(idempotencyKeys, 'idempotency key')} of deleted runs`]
      : []),
    ...(scratch.length > 0
      ? [`${removed} the scratch directories of ${plural(scratch.length, 'ended run')}`]
      : []),
    ...(snapshots.length > 0
      ? [`${removed} the snapshots of ${plural(snapshots.length, 'deleted run')}`]
      : []),
    ...(kept > 0
      ? [
          `${plural(kept, 'worktree')} kept: commit and merge what you need, then run \`swarm prune\` again; \`swarm prune --force\` deletes those of ended runs and everything in them`,
        ]
      : []),
  ];
  return lines.join('\n') || (worktrees.length > 0 ? '' : 'nothing to prune');
}

/** What became of one worktree. */
export function renderPrunedWorktree(worktree: PrunedWorktree, isDryRun: boolean): string {
  const { run, branch, path, kept } = worktree;
  const removed = isDryRun ? 'would remove' : 'removed';
  return kept ? `kept ${branch}: ${reason(kept, run)} (${path})` : `${removed} ${branch}`;
}

function reason(kept: KeepReason, run: string): string {
  switch (kept.code) {
    case 'run_not_ended':
      return `run ${run} has not ended`;
    case 'uncommitted_changes':
      return 'it has uncommitted changes';
    case 'branch_not_merged':
      return 'its branch is not merged';
    case 'removal_failed':
      return kept.message;
  }
}
