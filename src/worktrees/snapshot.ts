import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT, SwarmError } from '../errors/swarm-error.ts';
import { askGit, type GitOptions, runGit } from '../platform/git.ts';
import { isWrite } from '../run/file-claims.ts';
import type { Changes } from '../run/run-state.ts';

/**
 * Commits that are made here are nobody's work, and need nobody's name. Those of the same content
 * are the same commit, so that git finds what two tasks have in common that both began with it.
 */
export const AS_SWARM = {
  GIT_AUTHOR_DATE: '2000-01-01T00:00:00Z',
  GIT_COMMITTER_DATE: '2000-01-01T00:00:00Z',
  GIT_AUTHOR_NAME: 'swarm-parallel',
  GIT_AUTHOR_EMAIL: 'swarm-parallel@localhost',
  GIT_COMMITTER_NAME: 'swarm-parallel',
  GIT_COMMITTER_EMAIL: 'swarm-parallel@localhost',
};

/** The commit that a branch is at; null when there is no such branch. */
export async function headCommit(
  root: string,
  branch: string,
  options?: GitOptions,
): Promise<string | null> {
  const args = ['rev-parse', '--verify', '--quiet', `refs/heads/${branch}`];
  const { code, stdout } = await askGit(root, args, options);
  return code === 0 ? stdout.trim() : null;
}

/**
 * All that a worktree holds as a commit, what is not committed and new files included. Neither its
 * branch nor its index is touched. Of a worktree that was removed it is what its branch has.
 * @throws {SwarmError} when that is gone, too
 */
export async function snapshot(
  root: string,
  { path, branch }: { path: string; branch: string },
  { signal }: GitOptions,
): Promise<string> {
  if (!existsSync(path)) {
    const commit = await headCommit(root, branch, { signal });
    if (commit) return commit;
    const message = `the worktree ${path} that it needs is gone, and its branch ${branch} with it`;
    throw new SwarmError(message, EXIT.notCompleted);
  }
  const git = (...args: string[]) => runGit(path, args, { env: AS_SWARM, signal });
  const tree = await treeOf(path, { signal });
  if (tree === (await git('rev-parse', 'HEAD^{tree}'))) return git('rev-parse', 'HEAD');
  const message = 'Changes of an earlier task';
  return git('commit-tree', '--no-gpg-sign', '-p', 'HEAD', '-m', message, tree);
}

async function treeOf(path: string, { signal }: GitOptions = {}): Promise<string> {
  const scratch = mkdtempSync(join(tmpdir(), 'swarm-index-'));
  const options = { env: { GIT_INDEX_FILE: join(scratch, 'index') }, signal };
  try {
    await runGit(path, ['read-tree', 'HEAD'], options);
    await runGit(path, ['add', '--all', '.'], options);
    return await runGit(path, ['write-tree'], options);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/**
 * What was changed in a worktree since a commit. Files that git ignores count where the task said
 * that it would write them; their lines do not.
 */
export async function measureChanges(
  path: string,
  { base, writes }: { base: string; writes: readonly string[] },
  options?: GitOptions,
): Promise<Changes> {
  const tree = await treeOf(path, options);
  const isCommitted = tree === (await runGit(path, ['rev-parse', 'HEAD^{tree}'], options));
  const diff = ['diff', '--numstat', '--no-renames', base, tree];
  const lines = await runGit(path, diff, options);
  const ignored = await ignoredWrites(path, writes, options);
  const changes = {
    files: ignored.length,
    insertions: 0,
    deletions: 0,
    isCommitted: isCommitted && ignored.length === 0,
  };
  for (const line of lines.split('\n').filter(Boolean)) {
    const [insertions, deletions] = line.split('\t');
    changes.files++;
    // Of a file that is no text, git counts no lines.
    changes.insertions += Number(insertions) || 0;
    changes.deletions += Number(deletions) || 0;
  }
  return changes;
}

/** The files of a worktree that git ignores and that its task said it would write. */
export async function ignoredWrites(
  path: string,
  writes: readonly string[],
  options?: GitOptions,
): Promise<string[]> {
  const args = ['ls-files', '-z', '--others', '--ignored', '--exclude-standard'];
  const files = (await runGit(path, args, options)).split('\0').filter(Boolean);
  return files.filter((file) => isWrite(writes, file));
}
