import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT, SwarmError } from '../errors/swarm-error.ts';
import { isWrite } from '../plan/glob-overlap.ts';
import { type GitOptions, git, gitOrThrow } from '../platform/git.ts';
import type { Changes } from '../run/run-state.ts';

/**
 * The author of commits made here, so that git needs no configured name. With fixed dates, equal
 * content gives the same commit, and git finds the common ancestor of two tasks that start from it.
 */
export const AS_SWARM = {
  GIT_AUTHOR_DATE: '2000-01-01T00:00:00Z',
  GIT_COMMITTER_DATE: '2000-01-01T00:00:00Z',
  GIT_AUTHOR_NAME: 'swarm-parallel',
  GIT_AUTHOR_EMAIL: 'swarm-parallel@localhost',
  GIT_COMMITTER_NAME: 'swarm-parallel',
  GIT_COMMITTER_EMAIL: 'swarm-parallel@localhost',
};

/** The commit at the tip of a branch; null if there is no such branch. */
export async function headCommit(
  root: string,
  branch: string,
  options?: GitOptions,
): Promise<string | null> {
  const args = ['rev-parse', '--verify', '--quiet', `refs/heads/${branch}`];
  const { code, stdout } = await git(root, args, options);
  return code === 0 ? stdout.trim() : null;
}

/**
 * Creates a commit of everything in a worktree, including uncommitted changes and new files. Leaves
 * its branch and index unchanged. If the worktree was removed, returns the tip of its branch.
 * @throws {SwarmError} if neither exists
 */
export async function snapshot(
  root: string,
  { path, branch }: { path: string; branch: string },
  { signal }: GitOptions,
): Promise<string> {
  if (!existsSync(path)) {
    const commit = await headCommit(root, branch, { signal });
    if (commit) return commit;
    const message = `the task needs the worktree ${path}, but neither it nor its branch ${branch} exists`;
    throw new SwarmError(message, EXIT.notCompleted);
  }
  const run = (...args: string[]) => gitOrThrow(path, args, { env: AS_SWARM, signal });
  const tree = await treeOf(path, { signal });
  if (tree === (await run('rev-parse', 'HEAD^{tree}'))) return run('rev-parse', 'HEAD');
  const message = 'Changes of an earlier task';
  return run('commit-tree', '--no-gpg-sign', '-p', 'HEAD', '-m', message, tree);
}

async function treeOf(path: string, { signal }: GitOptions = {}): Promise<string> {
  const scratch = mkdtempSync(join(tmpdir(), 'swarm-index-'));
  const options = { env: { GIT_INDEX_FILE: join(scratch, 'index') }, signal };
  try {
    await gitOrThrow(path, ['read-tree', 'HEAD'], options);
    // A clone cannot be added as files, and one without a commit not at all.
    const clones = (await clonesIn(path, { signal })).map((name) => `:(exclude,literal)${name}`);
    await gitOrThrow(path, ['add', '--all', '.', ...clones], options);
    return await gitOrThrow(path, ['write-tree'], options);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/**
 * Measures the changes in a worktree since a commit. Ignored files count if the task declared that it
 * writes them; their lines do not.
 */
export async function measureChanges(
  path: string,
  { base, writes }: { base: string; writes: readonly string[] },
  options?: GitOptions,
): Promise<Changes> {
  const tree = await treeOf(path, options);
  const isCommitted = tree === (await gitOrThrow(path, ['rev-parse', 'HEAD^{tree}'], options));
  const diff = ['diff', '--numstat', '--no-renames', base, tree];
  const lines = await gitOrThrow(path, diff, options);
  const ignored = await ignoredWrites(path, writes, options);
  const nested = await nestedWork(path, options);
  const changes = {
    files: ignored.length + nested.length,
    insertions: 0,
    deletions: 0,
    isCommitted: isCommitted && ignored.length + nested.length === 0,
  };
  for (const line of lines.split('\n').filter(Boolean)) {
    const [insertions, deletions] = line.split('\t');
    changes.files++;
    // Git prints "-" in place of the counts of a binary file.
    changes.insertions += Number(insertions) || 0;
    changes.deletions += Number(deletions) || 0;
  }
  return changes;
}

/**
 * The repositories inside a worktree that its commits do not hold: submodules with files, and clones.
 * An empty directory where a submodule belongs is none.
 * @returns relative paths
 */
export async function nestedWork(path: string, options?: GitOptions): Promise<string[]> {
  const staged = await gitOrThrow(path, ['ls-files', '-z', '--stage'], options);
  const submodules = staged
    .split('\0')
    .flatMap((line) => (line.startsWith('160000 ') ? line.slice(line.indexOf('\t') + 1) : []))
    .filter((name) => readdirSafely(join(path, name)).length > 0);
  return [...submodules, ...(await clonesIn(path, options))];
}

/** Git lists another repository as a directory, and looks no further into it. */
async function clonesIn(path: string, options?: GitOptions): Promise<string[]> {
  const files = await gitOrThrow(path, ['ls-files', '-z', '--others'], options);
  return files
    .split('\0')
    .filter((name) => name.endsWith('/') && existsSync(join(path, name, '.git')))
    .map((name) => name.slice(0, -1));
}

function readdirSafely(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
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
