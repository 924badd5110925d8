import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Attempt } from '../run/attempt.ts';
import { scratchName } from '../run/file-claims.ts';
import { makeDirectory } from './own-directory.ts';
import type { RunPaths } from './run-paths.ts';

/**
 * Makes the directory for notes and temporary files of one attempt, which only the user can read.
 * @returns its absolute path
 * @throws when it cannot be made
 */
export function makeScratch({ dir }: RunPaths, attempt: Attempt): string {
  const path = join(dir, scratchName(attempt));
  for (const directory of [scratchDir(dir), path]) makeDirectory(directory);
  return path;
}

/** Whether an attempt of a run had such a directory. */
export function hasScratch({ dir }: RunPaths): boolean {
  return existsSync(scratchDir(dir));
}

/** Removes the directories of all attempts of a run. */
export function removeScratch({ dir }: RunPaths): void {
  rmSync(scratchDir(dir), { recursive: true, force: true });
}

function scratchDir(dir: string): string {
  return join(dir, 'scratch');
}
