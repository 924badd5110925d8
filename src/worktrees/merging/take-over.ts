import { findOnPath } from '../../platform/find-on-path.ts';
import { type GitOptions, git, gitOrThrow } from '../../platform/git.ts';
import { isAncestor } from '../commits/refs.ts';
import { whereCheckedOut } from './merge-worktree.ts';

/** A merged branch, and the person's checkout. */
interface Place {
  root: string;
  /** Where the run was started. */
  checkout: string;
  branch: string;
  tip: string;
  into: string | null;
}

/**
 * The one command that brings the merged branch into the person's branch. It is never run here.
 * @returns null if that branch has it already
 */
export async function takeOverCommand(place: Place, options: GitOptions): Promise<string | null> {
  const { root, checkout, branch, tip, into } = place;
  const here = await currentBranch(checkout, options);
  const target = into !== null && into !== here ? `refs/heads/${into}` : 'HEAD';
  if (await isAncestor(checkout, tip, target, options)) return null;
  // What moved on since cannot be fast-forwarded.
  const isForward = await isAncestor(checkout, target, tip, options);
  const how = isForward ? 'merge --ff-only' : 'merge';
  if (target === 'HEAD') return `git${inPlace(root, checkout)} ${how} ${branch}`;
  const path = await whereCheckedOut(root, into ?? '');
  if (path !== null) return `git -C ${quote(path)} ${how} ${branch}`;
  return isForward
    ? `git fetch . ${branch}:${quote(into ?? '')}`
    : `git switch ${quote(into ?? '')} && git merge ${branch}`;
}

/** Null if no branch is checked out. */
async function currentBranch(checkout: string, options: GitOptions): Promise<string | null> {
  const { code, stdout } = await git(checkout, ['symbolic-ref', '--short', 'HEAD'], options);
  return code === 0 ? stdout.trim() : null;
}

function inPlace(root: string, checkout: string): string {
  return checkout === root ? '' : ` -C ${quote(checkout)}`;
}

/** One word of a shell. */
function quote(text: string): string {
  return /^[\w./@:+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** The command that opens a pull request; null where `gh` is not installed or there is no remote. */
export async function pullRequestCommand(
  { root, branch, into }: Place,
  env: Readonly<Record<string, string | undefined>>,
  options: GitOptions,
): Promise<string | null> {
  if (findOnPath('gh', env).length === 0) return null;
  const remotes = (await gitOrThrow(root, ['remote'], options)).split('\n').filter(Boolean);
  const remote = remotes.includes('origin') ? 'origin' : remotes[0];
  if (remote === undefined) return null;
  const base = into === null ? '' : ` --base ${quote(into)}`;
  return `git push --set-upstream ${quote(remote)} ${branch} && gh pr create --head ${branch}${base}`;
}
