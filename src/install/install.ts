import { existsSync, mkdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { SwarmError } from '../errors/swarm-error.ts';
import { homeDirectory } from '../platform/home-directory.ts';
import { sha256 } from '../platform/sha256.ts';
import { writeFileAtomic } from '../platform/write-file-atomic.ts';
import { assertWritableDirectory, explainSystemErrors, readPlainFile } from './check-access.ts';
import { DROP_IN_STATUS_LINE } from './drop-in.ts';
import {
  type DropInPaths,
  dropInPaths,
  type InstallManifest,
  readManifest,
  writeManifest,
} from './manifest.ts';
import { assertNotIgnored, parseSettings } from './parse-settings.ts';
import { type FilePlan, planFiles } from './plan-files.ts';
import { planSettings, type SettingsPlan } from './plan-settings.ts';
import { type DropIn, type DropInFile, readPackage } from './read-package.ts';

/** Paths are relative to the `.claude` directory of `target`. */
export interface InstallResult {
  outcome: 'installed' | 'updated' | 'unchanged';
  target: string;
  version: string;
  /** Null if nothing was installed before. */
  previousVersion: string | null;
  settings: 'created' | 'changed' | 'unchanged';
  written: string[];
  removed: string[];
  /** Installed files that the user has changed; they are left in place. */
  kept: string[];
}

interface InstallOptions {
  /** The directory of the plugin. */
  packageRoot: string;
  /** The repository. */
  target: string;
  /** The user's home directory, whose `.claude` applies to all repositories. */
  home?: string;
}

/**
 * Installs the plugin into the `.claude` directory of a repository, or updates the installation to
 * the version of the package. Everything is checked before anything is written. An interrupted
 * installation is finished by running it again.
 * @throws {SwarmError} if the target is unsuitable, has other files of the same names, or has a
 *   `settings.json` that cannot be edited
 */
export function install(options: InstallOptions): InstallResult {
  const plan = planInstall(options);
  const { paths, dropIn, installed, current, files, settings, manifest } = plan;
  const isChanged = files.write.length > 0 || files.remove.length > 0 || settings.isChanged;
  if (isChanged || !isDeepStrictEqual(manifest, installed)) explainSystemErrors(() => apply(plan));
  return {
    outcome: installed ? (isChanged ? 'updated' : 'unchanged') : 'installed',
    target: paths.target,
    version: dropIn.version,
    previousVersion: installed?.version ?? null,
    settings: settings.isChanged ? (current ? 'changed' : 'created') : 'unchanged',
    written: files.write.map((file) => file.path),
    removed: files.remove,
    kept: files.kept,
  };
}

interface InstallPlan {
  paths: DropInPaths;
  dropIn: DropIn;
  directories: string[];
  files: FilePlan;
  /** The present `settings.json`. */
  current: Buffer | null;
  settings: SettingsPlan;
  /** The present manifest. */
  installed: InstallManifest | null;
  manifest: InstallManifest;
}

/** Reads and checks everything; writes nothing. */
function planInstall(options: InstallOptions): InstallPlan {
  const paths = dropInPaths(checkTarget(options));
  const dropIn = readPackage(options.packageRoot);
  const directories = directoriesOf(dropIn.files);
  for (const directory of [paths.target, ...directories.map((path) => join(paths.claude, path))]) {
    assertWritableDirectory(directory);
  }
  const installed = readManifest(paths);
  const files = planFiles(paths.claude, dropIn.files, installed);
  rejectConflicts(paths, files.conflicts);
  const current = readPlainFile(paths.settings);
  const before = readPlainFile(paths.settingsBefore);
  const settings = planSettings(
    { file: paths.settings, current, before, manifest: installed },
    { hooks: dropIn.hooks, subagentStatusLine: DROP_IN_STATUS_LINE },
  );
  if (current) assertNotIgnored(parseSettings(current, paths.settings), paths.settings);
  const created = directories.filter((path) => !existsSync(join(paths.claude, path)));
  const manifest = nextManifest(dropIn, settings, installed, created);
  return { paths, dropIn, directories, files, current, settings, installed, manifest };
}

/** @returns the target's real path */
function checkTarget({ packageRoot, target, home = homeDirectory() }: InstallOptions): string {
  if (!statSync(target, { throwIfNoEntry: false })?.isDirectory()) {
    throw new SwarmError(
      `expected the directory of a repository, found none at ${target}; create it first`,
    );
  }
  const real = realpathSync(target);
  if (real === realpathSync(packageRoot)) {
    throw new SwarmError(
      `expected another repository than the plugin's own, found ${target}; name the repository to install into`,
    );
  }
  if (existsSync(home) && real === realpathSync(home)) {
    throw new SwarmError(
      `expected a repository, found the home directory ${target}, whose .claude applies to every project; to install for all projects, use \`/plugin install\``,
    );
  }
  return real;
}

function rejectConflicts(paths: DropInPaths, conflicts: readonly string[]): void {
  if (conflicts.length === 0) return;
  const names = conflicts.map((path) => join(paths.claude, path)).join('\n  ');
  throw new SwarmError(
    `expected no files with these names except those written by \`swarm install\`, found others; move them away and run the command again; nothing was changed:\n  ${names}`,
  );
}

/** The directories of files, outer ones first; `""` is `.claude`. */
function directoriesOf(files: readonly DropInFile[]): string[] {
  const directories = new Set<string>();
  const add = (path: string): void => {
    const parent = dirname(path);
    if (parent !== '.') add(parent);
    directories.add(parent === '.' ? '' : parent);
  };
  for (const { path } of files) add(path);
  return [...directories];
}

/** @param created the directories that this installation creates */
function nextManifest(
  dropIn: DropIn,
  settings: SettingsPlan,
  installed: InstallManifest | null,
  created: readonly string[],
): InstallManifest {
  const known = new Map(installed?.files.map((file) => [file.path, file]));
  const unchanged = settings.isChanged ? undefined : installed?.settings;
  return {
    manifest: 1,
    version: dropIn.version,
    files: dropIn.files.map(({ path, content }) => {
      const hash = sha256(content);
      const before = known.get(path);
      const replaced = before?.sha256 === hash ? before.replaced : before?.sha256;
      return { path, sha256: hash, replaced: replaced ?? null };
    }),
    directories: [...new Set([...(installed?.directories ?? []), ...created])],
    settings: unchanged ?? {
      events: Object.keys(dropIn.hooks),
      sha256: sha256(settings.content),
      before: settings.before && sha256(settings.before),
    },
  };
}

/**
 * Writes the manifest first, so that `uninstall` can remove whatever follows, and `settings.json`
 * last, so that it never names a script that does not exist.
 */
function apply({ paths, directories, files, settings, installed, manifest }: InstallPlan): void {
  for (const path of directories) mkdirSync(join(paths.claude, path), { recursive: true });
  if (manifest.settings !== installed?.settings) {
    if (settings.before) writeFileAtomic(paths.settingsBefore, settings.before);
    else rmSync(paths.settingsBefore, { force: true });
  }
  writeManifest(paths, manifest);
  for (const { path, content, isExecutable } of files.write) {
    writeFileAtomic(join(paths.claude, path), content, { mode: isExecutable ? 0o755 : 'keep' });
  }
  for (const path of files.remove) rmSync(join(paths.claude, path), { force: true });
  if (settings.isChanged) writeFileAtomic(paths.settings, settings.content, { mode: 'keep' });
}
