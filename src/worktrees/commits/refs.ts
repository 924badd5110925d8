import { type GitOptions, git, gitOrThrow } from '../../platform/git.ts';

/** The commit at the tip of a branch; null if there is no such branch. */
export async function headCommit(
  root: string,
  branch: string,
  options?: GitOptions,
): Promise<string | null> {
  const args = ['rev-parse', '--verify', '--quiet', `refs/heads/${branch}^{commit}`];
  const { code, stdout } = await git(root, args, options);
  return code === 0 ? stdout.trim() : null;
}

/** Whether a commit is the other one, or in its history. */
export async function isAncestor(
  cwd: string,
  commit: string,
  other: string,
  options?: GitOptions,
): Promise<boolean> {
  if (commit === other) return true;
  const { code } = await git(cwd, ['merge-base', '--is-ancestor', commit, other], options);
  return code === 0;
}

export async function treeOf(cwd: string, commit: string, options?: GitOptions): Promise<string> {
  return gitOrThrow(cwd, ['rev-parse', `${commit}^{tree}`], options);
}
