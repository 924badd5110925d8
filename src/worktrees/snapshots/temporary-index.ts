import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type GitOptions, git, gitOrThrow } from '../../platform/git.ts';

/**
 * Calls `use` with options that have git use a copy of the index, so that the index of the working
 * tree stays as it is. What the copy knows about unchanged files spares git reading them.
 * @param path the top directory of the working tree
 */
export async function withTemporaryIndex<Value>(
  path: string,
  { signal }: GitOptions,
  use: (options: GitOptions) => Promise<Value>,
): Promise<Value> {
  const scratch = mkdtempSync(join(tmpdir(), 'swarm-index-'));
  const index = join(scratch, 'index');
  const options = { env: { GIT_INDEX_FILE: index }, ...(signal ? { signal } : {}) };
  try {
    await copyIndex(path, index, options);
    return await use(options);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function copyIndex(path: string, copy: string, options: GitOptions): Promise<void> {
  const original = await findIndex(path, options);
  if (!existsSync(original)) {
    await git(path, ['read-tree', 'HEAD'], options);
    return;
  }
  const { mtime } = statSync(original);
  copyFileSync(original, copy);
  // A file changed after that time is compared by its content, so it must not be later.
  const time = Math.floor(mtime.getTime() / 1_000);
  utimesSync(copy, time, time);
}

/** Only the main checkout has its index in a directory `.git`; asking git takes longer. */
async function findIndex(path: string, options: GitOptions): Promise<string> {
  const dotGit = join(path, '.git');
  if (statSync(dotGit, { throwIfNoEntry: false })?.isDirectory()) return join(dotGit, 'index');
  const { GIT_INDEX_FILE: _, ...env } = options.env ?? {};
  const where = ['rev-parse', '--git-path', 'index'];
  return resolve(path, await gitOrThrow(path, where, { ...options, env }));
}
