import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, relative, resolve } from 'node:path';

/**
 * The directory that holds `.swarm`: the main checkout of the git repository around `start`, also
 * when `start` lies in a worktree of it. Without git it is the nearest directory upwards with a
 * `.swarm` or `.claude` of its own, and else `start` itself.
 */
export function locateRoot(start: string): string {
  const directories = [...upwards(resolve(start))];
  for (const directory of directories) {
    const checkout = mainCheckout(directory);
    if (checkout) return checkout;
  }
  const home = homedir();
  const project = directories.find(
    (directory) =>
      existsSync(join(directory, '.swarm', 'runs')) ||
      (directory !== home && existsSync(join(directory, '.claude'))),
  );
  return project ?? resolve(start);
}

/**
 * The worktree of the repository that `start` lies in.
 * @param root the main checkout
 * @returns null for the main checkout itself
 */
export function locateWorktree(root: string, start: string): string | null {
  for (const directory of upwards(realPath(start))) {
    if (!existsSync(join(directory, '.git'))) continue;
    const isOwn =
      isWorktree(directory) && realPath(mainCheckout(directory) ?? '') === realPath(root);
    return isOwn && directory !== realPath(root) ? directory : null;
  }
  return null;
}

/**
 * Where a file lies in the working tree: in the main checkout, or in a worktree of the repository,
 * where each file counts as the one in the main checkout that it will become.
 * @param root the main checkout
 * @param file an absolute path; it need not exist
 * @returns a relative path, empty for the tree itself; the real absolute path outside of it
 */
export function pathInRepository(root: string, file: string): string {
  const path = realPath(file);
  const realRoot = realPath(root);
  for (const directory of upwards(path)) {
    if (directory === realRoot) return relative(directory, path);
    if (isWorktree(directory) && realPath(mainCheckout(directory) ?? '') === realRoot)
      return relative(directory, path);
  }
  return path;
}

function isWorktree(directory: string): boolean {
  try {
    return statSync(join(directory, '.git')).isFile();
  } catch {
    return false;
  }
}

/** Follows links as far as the path exists, so that no link leads past a check. */
export function realPath(path: string): string {
  for (const directory of upwards(resolve(path))) {
    try {
      return join(realpathSync(directory), relative(directory, resolve(path)));
    } catch {
      // What is to be created has no real path yet, but a directory above it has.
    }
  }
  return resolve(path);
}

function* upwards(directory: string): Generator<string> {
  yield directory;
  const parent = dirname(directory);
  if (parent !== directory) yield* upwards(parent);
}

/** The main checkout of the repository whose work tree begins in `directory`; null if none does. */
function mainCheckout(directory: string): string | null {
  const dotGit = join(directory, '.git');
  const kind = statSync(dotGit, { throwIfNoEntry: false });
  if (!kind) return null;
  if (kind.isDirectory()) return directory;
  const [, target] = /^gitdir: (.+)$/m.exec(readFileSync(dotGit, 'utf8')) ?? [];
  if (target === undefined) return directory;
  // Only a worktree's git directory has `commondir`; a submodule's and a separate one do not.
  const gitDirectory = resolve(directory, target);
  const commonFile = join(gitDirectory, 'commondir');
  if (!existsSync(commonFile)) return directory;
  const common = resolve(gitDirectory, readFileSync(commonFile, 'utf8').trim());
  return basename(common) === '.git' ? dirname(common) : directory;
}
