import { EXIT, SwarmError } from '../../errors/swarm-error.ts';
import { type GitOptions, git, gitOrThrow } from '../../platform/git.ts';
import { anonymousCommit } from '../commits/create-commit.ts';

/** What a merge of one commit would lead to. */
export type Preview = { tip: string } | { files: string[] };

/** Merges in memory only; it writes objects that nothing refers to. @throws if git cannot do that */
export async function previewMerge(
  root: string,
  tip: string,
  source: string,
  options: GitOptions,
): Promise<Preview> {
  const args = ['merge-tree', '--write-tree', '--name-only', '-z', '--no-messages', tip, source];
  const { code, stdout, stderr } = await git(root, args, options);
  const [tree = '', ...files] = stdout.split('\0').filter(Boolean);
  if (code === 1) return { files };
  if (code !== 0) throw await cannotPreview(root, stderr);
  return { tip: await anonymousCommit(root, { tree, parents: [tip, source] }, options) };
}

async function cannotPreview(root: string, stderr: string): Promise<SwarmError> {
  const version = (await gitOrThrow(root, ['version'])).replace('git version ', '');
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 2 || (major === 2 && minor >= 38)) {
    return new SwarmError(`git merge-tree failed: ${stderr.trim()}`, EXIT.notCompleted);
  }
  return new SwarmError(
    `merging without a working tree needs git 2.38 or newer, found ${version}; \`swarm merge\` without --dry-run works, on a branch of its own that you can delete`,
  );
}
