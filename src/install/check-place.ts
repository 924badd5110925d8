import { existsSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { locateWorkingTree } from '../platform/repository-paths.ts';
import { dropInPaths } from './manifest.ts';

/** A directory that people may not mean when they install, and the one that they may mean. */
export type UnusualPlace =
  | { code: 'sub_directory'; target: string; repository: string }
  | { code: 'no_repository'; target: string };

/**
 * Claude Code reads the `.claude` directory of the directory that it is started in, which usually is
 * the top of a repository.
 * @returns null if the target is such a top, or has an installation already
 */
export function findUnusualPlace(target: string, home = homedir()): UnusualPlace | null {
  if (!existsSync(target)) return null;
  const real = realpathSync(target);
  if (existsSync(dropInPaths(real).manifest)) return null;
  const repository = locateWorkingTree(real);
  if (repository === real) return null;
  // A home directory in git holds configuration; the project is in none.
  const isInProject =
    repository !== null && repository !== (existsSync(home) && realpathSync(home));
  return isInProject
    ? { code: 'sub_directory', target: real, repository }
    : { code: 'no_repository', target: real };
}
