import { lstatSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type GitOptions, git, gitOrThrow } from '../../platform/git.ts';
import type { FileVersion } from '../../run/snapshots/changed-files.ts';

/** A file of a working tree whose content git does not have yet. */
export interface NewVersion {
  path: string;
  /** Such as `100644`; null for a file that git does not track. */
  mode: string | null;
}

const LINK = '120000';
const SUBMODULE = '160000';

/**
 * Stores the content of files in git, as `git add` would.
 * @returns by path; null for a file that has just been removed
 * @throws {SwarmError} if git refuses, or a file is removed meanwhile
 */
export async function hashFiles(
  root: string,
  files: readonly NewVersion[],
  options: GitOptions,
): Promise<Map<string, FileVersion | null>> {
  const found = new Map<string, FileVersion | null>();
  const regular: { path: string; mode: string }[] = [];
  for (const { path, mode: known } of files) {
    const mode = known ?? (await modeOf(root, path, options));
    if (mode === LINK) found.set(path, await hashLink(root, path, options));
    else if (mode === SUBMODULE) found.set(path, await headOf(root, path, options));
    else if (mode) regular.push({ path, mode });
    else found.set(path, null);
  }
  if (regular.length === 0) return found;
  const input = regular.map(({ path }) => `${quote(path)}\n`).join('');
  const hash = ['-c', 'core.safecrlf=false', 'hash-object', '-w', '--stdin-paths'];
  const ids = (await gitOrThrow(root, hash, { ...options, input })).split('\n');
  for (const [index, { path, mode }] of regular.entries())
    found.set(path, { mode, id: ids[index] ?? '' });
  return found;
}

/** The mode that git gives to a new file; null if there is none. */
async function modeOf(root: string, path: string, options: GitOptions): Promise<string | null> {
  const stats = lstatSync(join(root, path), { throwIfNoEntry: false });
  if (!stats) return null;
  if (stats.isSymbolicLink()) return LINK;
  const isExecutable = (stats.mode & 0o100) !== 0 && (await knowsModes(root, options));
  return isExecutable ? '100755' : '100644';
}

async function knowsModes(root: string, options: GitOptions): Promise<boolean> {
  const { stdout } = await git(root, ['config', '--type=bool', 'core.fileMode'], options);
  return stdout.trim() !== 'false';
}

async function hashLink(root: string, path: string, options: GitOptions): Promise<FileVersion> {
  const input = readlinkSync(join(root, path));
  const id = await gitOrThrow(root, ['hash-object', '-w', '--stdin'], { ...options, input });
  return { mode: LINK, id };
}

/** The commit that is checked out in a submodule. */
async function headOf(root: string, path: string, options: GitOptions): Promise<FileVersion> {
  const id = await gitOrThrow(join(root, path), ['rev-parse', 'HEAD'], options);
  return { mode: SUBMODULE, id };
}

/** A path in the form in which git reads any path from a line. */
function quote(path: string): string {
  const escaped = path.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
  return `"${escaped}"`;
}
