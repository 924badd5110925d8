import { plural } from '../../text/format.ts';
import type { KeptReason, PrunedWorktree, PruneResult } from '../results.ts';

/** The outcome of `swarm prune`: a line for each worktree, and how to remove the others. */
export function renderPrune({ worktrees, keys }: PruneResult): string {
  const lines = worktrees.map(worktreeLine);
  if (keys > 0) lines.push(`dropped ${plural(keys, 'idempotency key')} of deleted runs`);
  const kept = worktrees.filter(({ outcome }) => outcome === 'kept').length;
  if (kept > 0) {
    lines.push(
      `kept ${plural(kept, 'worktree')}: commit and merge what you need, then run \`swarm prune\` again; \`swarm prune --force\` removes those of ended runs with everything in them`,
    );
  }
  return lines.join('\n') || 'nothing to prune';
}

function worktreeLine({ run, branch, path, reason }: PrunedWorktree): string {
  return reason ? `kept ${branch}: ${reasonText(reason, run)} (${path})` : `removed ${branch}`;
}

function reasonText(reason: KeptReason, run: string): string {
  switch (reason.code) {
    case 'run_not_ended':
      return `run ${run} has not ended`;
    case 'not_committed':
      return 'it has uncommitted changes';
    case 'not_merged':
      return 'its branch is not merged';
    case 'error':
      return reason.message;
  }
}
