import { existsSync } from 'node:fs';
import { runId } from '../../ledger/events.ts';
import { git } from '../../platform/git.ts';
import { loadRun } from '../../store/run-handle.ts';
import { runPaths } from '../../store/run-paths.ts';
import { isAncestor } from '../commits/refs.ts';

/**
 * Removes the branches onto which runs were merged, if their commits are in the checkout's history.
 * @param options.isForced removes the others too
 * @param options.isDryRun only finds them
 * @returns the names of the removed branches
 */
export async function pruneMergedBranches(
  root: string,
  options: { isForced: boolean; isDryRun: boolean },
): Promise<string[]> {
  const list = ['for-each-ref', '--format=%(refname:lstrip=2)', 'refs/heads/swarm/'];
  const { code, stdout } = await git(root, list);
  // Outside of git there are none.
  if (code !== 0) return [];
  const removed: string[] = [];
  for (const branch of stdout.split('\n').filter((name) => /\/_?merged$/.test(name))) {
    if (await removeIfMerged(root, branch, options)) removed.push(branch);
  }
  return removed;
}

async function removeIfMerged(
  root: string,
  branch: string,
  { isForced, isDryRun }: { isForced: boolean; isDryRun: boolean },
): Promise<boolean> {
  const merge = readMerge(root, branch.split('/')[1] ?? '');
  if (merge?.branch !== branch || merge.endedAt === null) return false;
  const isTaken = await isAncestor(merge.checkout, `refs/heads/${branch}`, 'HEAD');
  if (!isTaken && !isForced) return false;
  if (isDryRun) return true;
  // It stays where somebody has checked it out.
  return (await git(root, ['branch', '-D', '--quiet', branch])).code === 0;
}

/** The merge of a run; null if the run is gone or unreadable. */
function readMerge(root: string, run: string) {
  if (!runId.safeParse(run).success) return null;
  try {
    const { merge, supervision } = loadRun(runPaths(root, run)).state;
    const { checkout } = supervision.options ?? {};
    return merge && { ...merge, checkout: checkout && existsSync(checkout) ? checkout : root };
  } catch {
    return null;
  }
}
