import { accessSync, constants, lstatSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../platform/sha256.ts';
import { readPlainFile } from './check-access.ts';
import type { InstallManifest } from './manifest.ts';
import type { DropInFile } from './read-package.ts';

/** What to do with the files below `.claude`. Paths are as in the manifest. */
export interface FilePlan {
  write: DropInFile[];
  remove: string[];
  /** Installed files that the user has changed; they are left in place. */
  kept: string[];
  /** The user's files with the names of ours. */
  conflicts: string[];
}

type KnownFile = InstallManifest['files'][number];

/**
 * Plans how to replace the files of an installed version by those of another; writes nothing.
 * @param manifest of the installed version; null if there is none
 * @throws {SwarmError} if one of them is not a regular file or not writable
 */
export function planFiles(
  claude: string,
  files: readonly DropInFile[],
  manifest: InstallManifest | null,
): FilePlan {
  const plan: FilePlan = { write: [], remove: [], kept: [], conflicts: [] };
  const known = new Map(manifest?.files.map((file) => [file.path, file]));
  for (const file of files) {
    const outcome = planFile(claude, file, known.get(file.path));
    if (outcome === 'write') plan.write.push(file);
    else if (outcome !== 'same') plan[outcome].push(file.path);
  }
  const wanted = new Set(files.map((file) => file.path));
  const leftOver = manifest?.files.filter((file) => !wanted.has(file.path)) ?? [];
  const { remove, kept } = planRemoval(claude, leftOver);
  return { ...plan, remove, kept: [...plan.kept, ...kept] };
}

function planFile(
  claude: string,
  file: DropInFile,
  known: KnownFile | undefined,
): 'same' | 'write' | 'kept' | 'conflicts' {
  const path = join(claude, file.path);
  const current = readPlainFile(path);
  if (!current) return 'write';
  const hash = sha256(current);
  if (current.equals(file.content)) {
    return file.isExecutable && !isExecutable(path) ? 'write' : 'same';
  }
  if (!known) return 'conflicts';
  // This directory is ours, so its files are repaired.
  if (isOurs(known, hash) || file.path.startsWith('swarm-parallel/')) return 'write';
  return known.sha256 === sha256(file.content) ? 'kept' : 'conflicts';
}

/**
 * Plans which files to remove: those that are still as installed.
 * @param files of a manifest; those that no longer exist are in neither list
 */
export function planRemoval(
  claude: string,
  files: readonly KnownFile[],
): { remove: string[]; kept: string[] } {
  const existing = files.filter(
    ({ path }) => lstatSync(join(claude, path), { throwIfNoEntry: false }) !== undefined,
  );
  const isUntouched = (file: KnownFile): boolean => {
    const path = join(claude, file.path);
    if (!lstatSync(path).isFile()) return false;
    const content = readPlainFile(path);
    return content !== null && isOurs(file, sha256(content));
  };
  const remove = existing.filter(isUntouched);
  return {
    remove: remove.map((file) => file.path),
    kept: existing.filter((file) => !remove.includes(file)).map((file) => file.path),
  };
}

function isOurs(known: KnownFile, hash: string): boolean {
  return hash === known.sha256 || hash === known.replaced;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
