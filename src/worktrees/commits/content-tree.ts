import { type GitOptions, git, gitOrThrow } from '../../platform/git.ts';
import { withTemporaryIndex } from '../snapshots/temporary-index.ts';
import { clonesIn } from './nested-work.ts';

/**
 * Writes everything in a working tree, including new files and without what git ignores, as a git
 * tree. Its branch and its index stay unchanged.
 * @param path the top directory of the working tree
 * @returns the id of the tree
 */
export async function contentTree(path: string, options: GitOptions = {}): Promise<string> {
  return withTemporaryIndex(path, options, async (temporary) => {
    // A clone cannot be added as files, and one without a commit not at all.
    const clones = (await clonesIn(path, options)).map((name) => `:(exclude,literal)${name}`);
    await addAll(path, clones, temporary);
    return gitOrThrow(path, ['write-tree'], temporary);
  });
}

/** Line endings are converted as configured, without the question whether that can be undone. */
const ADD = ['-c', 'core.safecrlf=false', 'add', '--all'];

async function addAll(path: string, clones: readonly string[], options: GitOptions): Promise<void> {
  const isSparse = (await git(path, ['config', '--type=bool', 'core.sparseCheckout'], options))
    .stdout;
  const sparse = isSparse.trim() === 'true' ? ['--sparse'] : [];
  await gitOrThrow(path, [...ADD, ...sparse, '--', '.', ...clones], options);
}
