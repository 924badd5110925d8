import { branchesToMerge } from '../../run/merge/merge-due.ts';
import type { RunState } from '../../run/run-state.ts';

/** The command that brings the branches of a run together; nothing if no branch waits for that. */
export function describeNextMerge(state: RunState): string[] {
  const tasks = branchesToMerge(state);
  if (tasks.length === 0) return [];
  const branches = tasks.length === 1 ? 'branch' : 'branches';
  return [`Next: swarm merge ${state.opened.run} (${tasks.length} ${branches} not merged yet)`];
}
