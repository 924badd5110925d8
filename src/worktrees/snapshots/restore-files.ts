import { type GitOptions, git, gitOrThrow } from '../../platform/git.ts';
import type { RestoredFile } from '../../run/snapshots/plan-restore.ts';
import { withTemporaryIndex } from './temporary-index.ts';

/**
 * Puts files of a checkout back. Git itself refuses, before it changes anything, if one of them
 * differs from `now`. The index and the branch of the checkout stay as they are.
 * @param now the tree of the files as they are
 * @throws {SwarmError} if git refuses
 */
export async function restoreFiles(
  checkout: string,
  { now, files }: { now: string; files: readonly RestoredFile[] },
  options: GitOptions,
): Promise<void> {
  const target = await treeWith(checkout, now, files, options);
  await withTemporaryIndex(checkout, options, async (temporary) => {
    await gitOrThrow(checkout, ['read-tree', '--reset', now], temporary);
    // It exits with 1 if a file has changed since, which matters only for those that are put back.
    await git(checkout, ['update-index', '-q', '--refresh'], temporary);
    await gitOrThrow(checkout, ['read-tree', '-m', '-u', now, target], temporary);
  });
}

/** Writes a tree like `now`, but with other versions of some files. */
function treeWith(
  checkout: string,
  now: string,
  files: readonly RestoredFile[],
  options: GitOptions,
): Promise<string> {
  const nothing = '0'.repeat(now.length);
  const lines = files.map(({ path, before }) =>
    before ? `${before.mode} ${before.id}\t${path}\0` : `0 ${nothing}\t${path}\0`,
  );
  // A directory takes the place of a file only once that is removed.
  const input = lines
    .sort((a, b) => Number(b.startsWith('0 ')) - Number(a.startsWith('0 ')))
    .join('');
  return withTemporaryIndex(checkout, options, async (temporary) => {
    await gitOrThrow(checkout, ['read-tree', now], temporary);
    await gitOrThrow(checkout, ['update-index', '-z', '--index-info'], { ...temporary, input });
    return gitOrThrow(checkout, ['write-tree'], temporary);
  });
}
