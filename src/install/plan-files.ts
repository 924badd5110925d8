import { accessSync, constants, lstatSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../platform/sha256.ts';
import { readPlainFile } from './check-access.ts';
import type { InstallManifest } from './manifest-schema.ts';
import type { DropInFile } from './read-package.ts';

/** What to do with the files below `.claude`; paths as in the manifest. */
export interface FilePlan {
  write: DropInFile[];
  remove: string[];
  /** Ours once, changed by the user since, and left as they are. */
  kept: string[];
  /** The user's, where ours would have to go. */
  conflicts: string[];
}

type KnownFile = InstallManifest['files'][number];

/**
 * Plans how the files of an installed version become those of another; nothing is written.
 * @param manifest of what is installed
 * @throws {SwarmError} when one of them is no plain file or may not be written
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
  const there = readPlainFile(path);
  if (!there) return 'write';
  const hash = sha256(there);
  if (there.equals(file.content)) {
    return file.isExecutable && !isExecutable(path) ? 'write' : 'same';
  }
  if (!known) return 'conflicts';
  // The directory is ours: what is broken in it is mended.
  if (isOurs(known, hash) || file.path.startsWith('swarm-parallel/')) return 'write';
  return known.sha256 === sha256(file.content) ? 'kept' : 'conflicts';
}

/**
 * Which files may be removed: those whose content is still ours.
 * @param files of a manifest; those that are gone already are left out
 */
export function planRemoval(
  claude: string,
  files: readonly KnownFile[],
): { remove: string[]; kept: string[] } {
  const there = files.filter(
    ({ path }) => lstatSync(join(claude, path), { throwIfNoEntry: false }) !== undefined,
  );
  const isUntouched = (file: KnownFile): boolean => {
    const path = join(claude, file.path);
    if (!lstatSync(path).isFile()) return false;
    const content = readPlainFile(path);
    return content !== null && isOurs(file, sha256(content));
  };
  const remove = there.filter(isUntouched);
  return {
    remove: remove.map((file) => file.path),
    kept: there.filter((file) => !remove.includes(file)).map((file) => file.path),
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
