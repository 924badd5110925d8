import { isWrite } from '../../plan/glob-overlap.ts';
import { type GitOptions, gitOrThrow } from '../../platform/git.ts';
import type { Changes } from '../../run/run-state.ts';
import { contentTree } from './content-tree.ts';
import { nestedWork } from './nested-work.ts';

/**
 * Measures the changes in a worktree since a commit. Ignored files count if the task declared that it
 * writes them; their lines do not.
 */
export async function measureChanges(
  path: string,
  { base, writes }: { base: string; writes: readonly string[] },
  options?: GitOptions,
): Promise<Changes> {
  const tree = await contentTree(path, options);
  const isCommitted = tree === (await gitOrThrow(path, ['rev-parse', 'HEAD^{tree}'], options));
  const ignored = await ignoredWrites(path, writes, options);
  const nested = await nestedWork(path, options);
  const { files, ...lines } = await sizeOfDiff(path, base, tree, options);
  const unseen = ignored.length + nested.length;
  return { ...lines, files: files + unseen, isCommitted: isCommitted && unseen === 0 };
}

/** How many files and lines differ between two commits or trees. */
export async function sizeOfDiff(
  path: string,
  from: string,
  to: string,
  options?: GitOptions,
): Promise<Omit<Changes, 'isCommitted'>> {
  const size = { files: 0, insertions: 0, deletions: 0 };
  const diff = ['diff', '--numstat', '--no-renames', '--no-ext-diff', '--no-textconv', from, to];
  const lines = await gitOrThrow(path, diff, options);
  for (const line of lines.split('\n').filter(Boolean)) {
    const [insertions, deletions] = line.split('\t');
    size.files++;
    // Git prints "-" in place of the counts of a binary file.
    size.insertions += Number(insertions) || 0;
    size.deletions += Number(deletions) || 0;
  }
  return size;
}

/** The files of a worktree that git ignores and that its task declared it writes. */
export async function ignoredWrites(
  path: string,
  writes: readonly string[],
  options?: GitOptions,
): Promise<string[]> {
  const args = ['ls-files', '-z', '--others', '--ignored', '--exclude-standard'];
  const files = (await gitOrThrow(path, args, options)).split('\0').filter(Boolean);
  return files.filter((file) => isWrite(writes, file));
}
