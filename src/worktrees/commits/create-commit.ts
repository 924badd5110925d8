import { SwarmError } from '../../errors/swarm-error.ts';
import { type GitOptions, git, gitOrThrow } from '../../platform/git.ts';
import { type Authorship, SWARM_AUTHOR } from './authorship.ts';

/** How long a signature may take; a program that waits for a passphrase waits for ever. */
export const SIGNING_MS = 20_000;

interface NewCommit {
  tree: string;
  parents: readonly string[];
  message: string;
}

/**
 * Creates a commit on no branch. It is signed if the person has configured that, but a signature that
 * fails or takes too long is left out.
 */
export async function createCommit(
  cwd: string,
  { tree, parents, message }: NewCommit,
  { env, isSigned }: Authorship,
  { signal }: GitOptions,
): Promise<{ commit: string; isSignatureMissing: boolean }> {
  const ancestors = parents.flatMap((parent) => ['-p', parent]);
  const create = (sign: string) => ['commit-tree', sign, ...ancestors, '-m', message, tree];
  const options = { env, ...(signal ? { signal } : {}) };
  const signed = isSigned ? await inTime(cwd, create('-S'), options) : null;
  const commit = signed ?? (await gitOrThrow(cwd, create('--no-gpg-sign'), options));
  return { commit, isSignatureMissing: isSigned && signed === null };
}

/** Creates a commit that only git itself reads, by nobody in particular. */
export async function anonymousCommit(
  cwd: string,
  { tree, parents }: Omit<NewCommit, 'message'>,
  options: GitOptions,
): Promise<string> {
  const author = { env: SWARM_AUTHOR, isPerson: false, isSigned: false };
  const made = await createCommit(cwd, { tree, parents, message: 'Preview' }, author, options);
  return made.commit;
}

/** @returns null if git fails, or is not done in time */
async function inTime(
  cwd: string,
  args: readonly string[],
  { env, signal }: GitOptions,
): Promise<string | null> {
  const limit = AbortSignal.timeout(SIGNING_MS);
  const either = signal ? AbortSignal.any([signal, limit]) : limit;
  try {
    const { code, stdout } = await git(cwd, args, { ...(env ? { env } : {}), signal: either });
    return code === 0 ? stdout.trim() : null;
  } catch (error) {
    if (signal?.aborted || !(error instanceof SwarmError)) throw error;
    return null;
  }
}
