import { existsSync, mkdirSync, realpathSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { DROP_IN_ROWS } from '../claude/plugin-paths.ts';
import { EXIT, SwarmError } from '../errors/swarm-error.ts';
import { replaceFile } from '../platform/replace-user-file.ts';
import { sha256 } from '../platform/sha256-sync.ts';
import type { InstallResult, UninstallResult } from '../view/results.ts';
import { readPlainFile, requireDirectory } from './check-access.ts';
import { type DropInPaths, dropInPaths, readManifest, writeManifest } from './manifest-file.ts';
import type { InstallManifest } from './manifest-schema.ts';
import { type FilePlan, planFiles, planRemoval } from './plan-files.ts';
import { planWith, planWithout, type SettingsPlan } from './plan-settings.ts';
import { type DropIn, type DropInFile, readPackage } from './read-package.ts';

/**
 * Drops the plugin into the `.claude` directory of a repository, or brings what is there to the
 * version of the package. Everything is checked before anything is written; what is cut off in the
 * middle is finished by running it again.
 * @param options.packageRoot the directory of the plugin
 * @param options.target the repository
 * @param options.home the user's home; what is in its `.claude` holds for all repositories
 * @throws {SwarmError} when the target is no place for it, has files of the same names, or has a
 *   `settings.json` that cannot be edited
 */
export function install(options: {
  packageRoot: string;
  target: string;
  home?: string;
}): InstallResult {
  const plan = planInstall(options);
  const { paths, dropIn, installed, current, files, settings, manifest } = plan;
  const isWork = files.write.length > 0 || files.remove.length > 0 || settings.isChanged;
  if (isWork || !isDeepStrictEqual(manifest, installed)) explainFailure(() => apply(plan));
  return {
    outcome: installed ? (isWork ? 'updated' : 'unchanged') : 'installed',
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
  /** `settings.json` as it is. */
  current: Buffer | null;
  settings: SettingsPlan;
  /** The manifest as it is. */
  installed: InstallManifest | null;
  manifest: InstallManifest;
}

/** Reads and checks everything; nothing is written. */
function planInstall(options: { packageRoot: string; target: string; home?: string }): InstallPlan {
  const paths = dropInPaths(checkTarget(options));
  const dropIn = readPackage(options.packageRoot);
  const directories = directoriesOf(dropIn.files);
  for (const directory of [paths.target, ...directories.map((path) => join(paths.claude, path))]) {
    requireDirectory(directory);
  }
  const installed = readManifest(paths);
  const files = planFiles(paths.claude, dropIn.files, installed);
  refuseConflicts(paths, files.conflicts);
  const current = readPlainFile(paths.settings);
  const before = readPlainFile(paths.settingsBefore);
  const settings = planWith(
    { file: paths.settings, current, before, manifest: installed },
    { hooks: dropIn.hooks, subagentStatusLine: DROP_IN_ROWS },
  );
  const manifest = toManifest(dropIn, settings, installed, paths, directories);
  return { paths, dropIn, directories, files, current, settings, installed, manifest };
}

/** @returns the target's real path */
function checkTarget(options: { packageRoot: string; target: string; home?: string }): string {
  const { packageRoot, target, home = homedir() } = options;
  if (!statSync(target, { throwIfNoEntry: false })?.isDirectory()) {
    throw new SwarmError(
      `expected the directory of a repository, found none at ${target}; make it first`,
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
      `expected a repository, found the home directory ${target}, whose .claude holds for every project; install the plugin with \`/plugin install\` for that`,
    );
  }
  return real;
}

function refuseConflicts(paths: DropInPaths, conflicts: readonly string[]): void {
  if (conflicts.length === 0) return;
  const names = conflicts.map((path) => join(paths.claude, path)).join('\n  ');
  throw new SwarmError(
    `expected no files of these names but those that \`swarm install\` wrote, found others; move them away and run the command again; nothing was changed:\n  ${names}`,
  );
}

/** The directories that files lie in, outer ones first; `""` is `.claude`. */
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

function toManifest(
  dropIn: DropIn,
  settings: SettingsPlan,
  installed: InstallManifest | null,
  paths: DropInPaths,
  directories: readonly string[],
): InstallManifest {
  const known = new Map(installed?.files.map((file) => [file.path, file]));
  const made = directories.filter((path) => !existsSync(join(paths.claude, path)));
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
    directories: [...new Set([...(installed?.directories ?? []), ...made])],
    settings: unchanged ?? {
      events: Object.keys(dropIn.hooks),
      sha256: sha256(settings.content),
      before: settings.before && sha256(settings.before),
    },
  };
}

/**
 * The manifest comes first, so that whatever happens later can be taken back; `settings.json` comes
 * last, so that it names no script that is not there.
 */
function apply({ paths, directories, files, settings, installed, manifest }: InstallPlan): void {
  for (const path of directories) mkdirSync(join(paths.claude, path), { recursive: true });
  if (manifest.settings !== installed?.settings) {
    if (settings.before) replaceFile(paths.settingsBefore, settings.before, 0o600);
    else rmSync(paths.settingsBefore, { force: true });
  }
  writeManifest(paths, manifest);
  for (const { path, content, isExecutable } of files.write) {
    replaceFile(join(paths.claude, path), content, isExecutable ? 0o755 : undefined);
  }
  for (const path of files.remove) rmSync(join(paths.claude, path), { force: true });
  if (settings.isChanged) replaceFile(paths.settings, settings.content);
}

/**
 * Takes out of a repository what `install` put in: every file whose content is still ours, the
 * entries of `settings.json`, and the directories that it made and that are empty then.
 * @throws {SwarmError} when nothing is installed, or `settings.json` cannot be edited
 */
export function uninstall(options: { target: string }): UninstallResult {
  const { target } = options;
  const paths = dropInPaths(existsSync(target) ? realpathSync(target) : target);
  for (const directory of [paths.claude, paths.directory]) requireDirectory(directory);
  const manifest = readManifest(paths);
  if (!manifest) {
    throw new SwarmError(
      `expected an installation in ${target}, found no ${paths.manifest}; nothing was changed`,
      EXIT.badInput,
    );
  }
  for (const { path } of manifest.files) requireDirectory(dirname(join(paths.claude, path)));
  const current = readPlainFile(paths.settings);
  const before = readPlainFile(paths.settingsBefore);
  const content = planWithout({ file: paths.settings, current, before, manifest });
  const { remove, kept } = planRemoval(paths.claude, manifest.files);

  explainFailure(() => {
    if (current && !content) rmSync(paths.settings);
    else if (current && content && !current.equals(content)) replaceFile(paths.settings, content);
    for (const path of remove) rmSync(join(paths.claude, path), { force: true });
    rmSync(paths.settingsBefore, { force: true });
    rmSync(paths.manifest);
    for (const path of manifest.directories.toReversed()) removeIfEmpty(join(paths.claude, path));
  });
  return {
    outcome: 'uninstalled',
    target: paths.target,
    version: manifest.version,
    settings: settingsOutcome(current, content, before),
    removed: remove,
    kept,
  };
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

/** An OS error in the middle is the user's to fix: a full or read-only disk, for example. */
function explainFailure(work: () => void): void {
  try {
    work();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === undefined) throw cause;
    throw new SwarmError(
      `${message}: installation is incomplete. Fix the cause and run the command again to finish it`,
      EXIT.badInput,
      { cause },
    );
  }
}
