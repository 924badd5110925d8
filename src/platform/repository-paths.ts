import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { homeDirectory } from './home-directory.ts';

/**
 * The directory that contains `.swarm`: the main checkout of the git repository around `start`, even
 * if `start` is in another worktree of it. Without git it is the nearest directory upwards that
 * contains `.swarm/runs` or `.claude`, and otherwise `start` itself.
 */
export function locateRoot(start: string): string {
  const directories = [...upwards(resolve(start))];
  for (const directory of directories) {
    const checkout = mainCheckout(directory);
    if (checkout) return checkout;
  }
  const home = homeDirectory();
  const project = directories.find(
    (directory) =>
      existsSync(join(directory, '.swarm', 'runs')) ||
      (directory !== home && existsSync(join(directory, '.claude'))),
  );
  return project ?? resolve(start);
}

/**
 * The top of the git working tree around a directory: a checkout, a worktree or a submodule.
 * @returns null outside of git
 */
export function locateWorkingTree(start: string): string | null {
  for (const directory of upwards(realPath(start)))
    if (existsSync(join(directory, '.git'))) return directory;
  return null;
}

/**
 * The worktree that contains `start`.
 * @param root the main checkout
 * @returns null if that is the main checkout, or not a worktree of it
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
 * The path of a file relative to its working tree. A file in a worktree has the path of the file in
 * the main checkout that it will become.
 * @param root the main checkout
 * @param file an absolute path, which need not exist
 * @returns a relative path, empty for the tree itself; for a file outside of the repository its real
 *   absolute path
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

/** Resolves symbolic links as far as the path exists, so that no link gets past a check. */
export function realPath(path: string): string {
  for (const directory of upwards(resolve(path))) {
    try {
      return join(realpathSync(directory), relative(directory, resolve(path)));
    } catch {
      // A file that will be created has no real path yet, but a directory above it has.
    }
  }
  return resolve(path);
}

function* upwards(directory: string): Generator<string> {
  yield directory;
  const parent = dirname(directory);
  if (parent !== directory) yield* upwards(parent);
}

/** The worktree of a task of `swarm run`, in the checkout that has the run. */
const TASK_WORKTREE = /^(.+)[/\\]\.swarm[/\\]worktrees[/\\][^/\\]+[/\\][^/\\]+$/;

/** @returns the main checkout of the repository whose working tree begins in `directory`, or null */
function mainCheckout(directory: string): string | null {
  const dotGit = join(directory, '.git');
  const kind = statSync(dotGit, { throwIfNoEntry: false });
  if (!kind) return null;
  if (kind.isDirectory()) return directory;
  // The git directory of a submodule, or a separate or bare one, does not name the checkout.
  const [, owner] = TASK_WORKTREE.exec(directory) ?? [];
  if (owner !== undefined) return owner;
  const [, target] = /^gitdir: (.+)$/m.exec(readFileSync(dotGit, 'utf8')) ?? [];
  if (target === undefined) return directory;
  // Only the git directory of a worktree has `commondir`; those of submodules do not.
  const gitDirectory = resolve(directory, target);
  const commonFile = join(gitDirectory, 'commondir');
  if (!existsSync(commonFile)) return directory;
  const common = resolve(gitDirectory, readFileSync(commonFile, 'utf8').trim());
  return basename(common) === '.git' ? dirname(common) : directory;
}
