import { existsSync, readdirSync, realpathSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EXIT, SwarmError } from '../errors/swarm-error.ts';
import { locateWorkingTree } from '../platform/repository-paths.ts';
import { writeFileAtomic } from '../platform/write-file-atomic.ts';
import { assertWritableDirectory, explainSystemErrors, readPlainFile } from './check-access.ts';
import { dropInPaths, readManifest } from './manifest.ts';
import { planRemoval } from './plan-files.ts';
import { withoutDropIn } from './plan-settings.ts';

/** Paths are relative to the `.claude` directory of `target`. */
export interface UninstallResult {
  target: string;
  version: string;
  /** `restored`: the original, byte for byte. `edited`: changed since, so only our entries went. */
  settings: 'restored' | 'edited' | 'removed' | 'unchanged';
  removed: string[];
  /** Files that the user has changed; they are left in place. */
  kept: string[];
  /** What is not part of the installation and stays, relative to `target`. */
  stays: Stays;
}

interface Stays {
  /** The configuration of the plugin; null if there is none. */
  config: string | null;
  /** How many runs have their files below `.swarm`, and how many of them have not ended. */
  runs: number;
  unfinishedRuns: number;
  /** How many worktrees of tasks there are. */
  worktrees: number;
}

/**
 * Removes what `install` added to a repository: every file that is still as installed, the entries
 * of `settings.json`, and the directories that it created, if they are then empty.
 * @throws {SwarmError} if nothing is installed, or `settings.json` cannot be edited
 */
export function uninstall(options: { target: string }): UninstallResult {
  const { target } = options;
  const paths = dropInPaths(existsSync(target) ? realpathSync(target) : target);
  for (const directory of [paths.claude, paths.directory]) assertWritableDirectory(directory);
  const manifest = readManifest(paths);
  if (!manifest) {
    const repository = locateWorkingTree(target);
    const isElsewhere = repository !== null && existsSync(dropInPaths(repository).manifest);
    const where = isElsewhere
      ? `; there is one in ${repository}: swarm uninstall ${repository}`
      : '';
    throw new SwarmError(
      `expected an installation in ${target}, found no ${paths.manifest}; nothing was changed${where}`,
      EXIT.badInput,
    );
  }
  for (const { path } of manifest.files) assertWritableDirectory(dirname(join(paths.claude, path)));
  const current = readPlainFile(paths.settings);
  const before = readPlainFile(paths.settingsBefore);
  const content = withoutDropIn({ file: paths.settings, current, before, manifest });
  const { remove, kept } = planRemoval(paths.claude, manifest.files);
  explainSystemErrors(() => {
    if (current && !content) rmSync(paths.settings);
    else if (current && content && !current.equals(content))
      writeFileAtomic(paths.settings, content, { mode: 'keep' });
    for (const path of remove) rmSync(join(paths.claude, path), { force: true });
    rmSync(paths.settingsBefore, { force: true });
    rmSync(paths.manifest);
    for (const path of manifest.directories.toReversed()) removeIfEmpty(join(paths.claude, path));
  });
  return {
    target: paths.target,
    version: manifest.version,
    settings: settingsOutcome(current, content, before),
    removed: remove,
    kept,
    stays: findWhatStays(paths.target),
  };
}

const CONFIG = '.claude/swarm-parallel.json';

function findWhatStays(target: string): Stays {
  const count = (...path: string[]) => namesIn(join(target, '.swarm', ...path)).length;
  const worktrees = namesIn(join(target, '.swarm', 'worktrees'));
  return {
    config: existsSync(join(target, CONFIG)) ? CONFIG : null,
    runs: count('runs'),
    unfinishedRuns: count('open'),
    worktrees: worktrees.reduce((sum, run) => sum + count('worktrees', run), 0),
  };
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function settingsOutcome(
  current: Buffer | null,
  content: Uint8Array | null,
  before: Buffer | null,
): UninstallResult['settings'] {
  if (current && !content) return 'removed';
  if (!current || !content || current.equals(content)) return 'unchanged';
  return before?.equals(content) ? 'restored' : 'edited';
}

function removeIfEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'ENOENT') throw error;
  }
}
