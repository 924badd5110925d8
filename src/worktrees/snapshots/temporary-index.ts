import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type GitOptions, git, gitOrThrow } from '../../platform/git.ts';

const PREFIX = 'swarm-index-';

/** A process that was killed leaves its copy behind; milliseconds until it certainly was. */
const ABANDONED_MS = 60 * 60_000;

/**
 * Calls `use` with options that have git use a copy of the index, so that the index of the working
 * tree stays as it is. What the copy knows about unchanged files spares git reading them. The copy
 * is in git's own directory, beside the index.
 * @param path the top directory of the working tree
 */
export async function withTemporaryIndex<Value>(
  path: string,
  { signal }: GitOptions,
  use: (options: GitOptions) => Promise<Value>,
): Promise<Value> {
  const aborts = signal ? { signal } : {};
  const original = await findIndex(path, aborts);
  const scratch = mkdtempSync(join(dirname(original), PREFIX));
  const index = join(scratch, 'index');
  const options = { env: { GIT_INDEX_FILE: index }, ...aborts };
  try {
    removeAbandoned(dirname(original), statSync(scratch).mtimeMs);
    if (existsSync(original)) copyIndex(original, index);
    else await git(path, ['read-tree', 'HEAD'], options);
    return await use(options);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function copyIndex(original: string, copy: string): void {
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
  return resolve(path, await gitOrThrow(path, ['rev-parse', '--git-path', 'index'], options));
}

function removeAbandoned(directory: string, now: number): void {
  for (const name of readdirSync(directory)) {
    if (!name.startsWith(PREFIX)) continue;
    const path = join(directory, name);
    const made = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? now;
    if (now - made > ABANDONED_MS) rmSync(path, { recursive: true, force: true });
  }
}
