import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type GitOptions, git, gitOrThrow } from '../../platform/git.ts';
import { clonesIn } from './nested-work.ts';

/**
 * Writes everything in a working tree, including new files and without what git ignores, as a git
 * tree. Its branch and its index stay unchanged.
 * @param path the top directory of the working tree
 * @returns the id of the tree
 */
export async function contentTree(path: string, { signal }: GitOptions = {}): Promise<string> {
  const scratch = mkdtempSync(join(tmpdir(), 'swarm-index-'));
  const index = join(scratch, 'index');
  const options = { env: { GIT_INDEX_FILE: index }, ...(signal ? { signal } : {}) };
  try {
    await copyIndex(path, index, options);
    // A clone cannot be added as files, and one without a commit not at all.
    const clones = (await clonesIn(path, { ...(signal ? { signal } : {}) })).map(
      (name) => `:(exclude,literal)${name}`,
    );
    await addAll(path, clones, options);
    return await gitOrThrow(path, ['write-tree'], options);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** What the index knows about unchanged files is kept, so that git need not read them again. */
async function copyIndex(path: string, copy: string, options: GitOptions): Promise<void> {
  const { GIT_INDEX_FILE: _, ...env } = options.env ?? {};
  const where = ['rev-parse', '--git-path', 'index'];
  const original = resolve(path, await gitOrThrow(path, where, { ...options, env }));
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

/** Line endings are converted as configured, without the question whether that can be undone. */
const ADD = ['-c', 'core.safecrlf=false', 'add', '--all'];

async function addAll(path: string, clones: readonly string[], options: GitOptions): Promise<void> {
  const isSparse = (await git(path, ['config', '--type=bool', 'core.sparseCheckout'], options))
    .stdout;
  const sparse = isSparse.trim() === 'true' ? ['--sparse'] : [];
  await gitOrThrow(path, [...ADD, ...sparse, '--', '.', ...clones], options);
}
