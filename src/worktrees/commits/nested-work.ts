import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type GitOptions, gitOrThrow } from '../../platform/git.ts';

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
export async function clonesIn(path: string, options?: GitOptions): Promise<string[]> {
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
