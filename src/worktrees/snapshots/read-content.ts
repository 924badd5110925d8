import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, SwarmError } from '../../errors/swarm-error.ts';
import { type GitOptions, git, gitOrThrow } from '../../platform/git.ts';
import { hashFiles, type NewVersion } from './hash-files.ts';
import { patchTree } from './patch-tree.ts';

export interface ContentLimits {
  /** A new file that is larger is left out: git would keep each version of it. Bytes. */
  newBytes: number;
  /** With more new files than this, something is missing in `.gitignore`. */
  newFiles: number;
  /** Up to this many changes, patching the tree is faster than writing an index. */
  patched: number;
}

const LIMITS: ContentLimits = { newBytes: 10_000_000, newFiles: 20_000, patched: 1_000 };

export interface Content {
  /** The id of a git tree. */
  tree: string;
  /** What is not in it: large new files, and other repositories. Relative paths. */
  left: string[];
}

/**
 * Writes the files of a working tree as a git tree: tracked and new files, but no ignored ones. Only
 * what differs from the index is read.
 * @param options name an index that may be changed, see `withTemporaryIndex`
 * @throws {SwarmError} if git refuses, or there are too many new files
 */
export async function readContent(
  path: string,
  options: GitOptions,
  limits = LIMITS,
): Promise<Content> {
  // The first two look at every file or directory, so they share the cores of the machine.
  const [changes, others, base] = await Promise.all([
    gitOrThrow(path, CHANGES, options),
    gitOrThrow(path, OTHERS, options),
    git(path, ['write-tree'], options),
  ]);
  const added = others.split('\0').filter((name) => name !== '' && !isOwn(name));
  if (added.length > limits.newFiles) throw tooMany(path, added.length, limits.newFiles);
  const left = added.filter((name) => isLeftOut(path, name, limits.newBytes));
  const isLeft = new Set(left);
  const kept = added
    .filter((name) => !isLeft.has(name))
    .map((name) => ({ path: name, mode: null }));
  const { removed, modified, isInConflict } = parseChanges(changes);
  const files = [...modified, ...kept];
  // An index with a merge conflict has no tree.
  const isPatched = !isInConflict && base.code === 0 && files.length <= limits.patched;
  const patched = isPatched
    ? await patch(path, base.stdout.trim(), { removed, files }, options)
    : null;
  return { tree: patched ?? (await writeIndex(path, { removed, files }, options)), left };
}

const CHANGES = ['diff-files', '-z', '--raw', '--no-renames', '--ignore-submodules=dirty'];
const OTHERS = ['ls-files', '-z', '--others', '--exclude-standard'];

/** The files of runs never change with those of a task, even if somebody has them in git. */
function isOwn(path: string): boolean {
  return path.startsWith('.swarm/');
}

function tooMany(path: string, count: number, limit: number): SwarmError {
  const [found, most] = [count, limit].map((number) => number.toLocaleString('en'));
  const message = `git neither tracks nor ignores ${found} files in ${path}, and expected are at most ${most}; name them in .gitignore`;
  return new SwarmError(message, EXIT.badInput);
}

/** Git lists another repository as a directory. A file may have been removed meanwhile. */
function isLeftOut(path: string, name: string, maxBytes: number): boolean {
  if (name.endsWith('/')) return true;
  return (lstatSync(join(path, name), { throwIfNoEntry: false })?.size ?? 0) > maxBytes;
}

interface Changes {
  removed: string[];
  files: NewVersion[];
}

/** @param output of {@link CHANGES}; a file with a merge conflict is listed more than once */
function parseChanges(output: string) {
  const parts = output.split('\0').filter(Boolean);
  const removed = new Set<string>();
  const modified = new Map<string, NewVersion>();
  let isInConflict = false;
  for (let index = 0; index + 1 < parts.length; index += 2) {
    const [, mode = '', , , status = ''] = (parts[index] ?? '').split(' ');
    const path = parts[index + 1] ?? '';
    if (isOwn(path)) continue;
    isInConflict ||= status === 'U';
    if (status === 'D') removed.add(path);
    else modified.set(path, { path, mode });
  }
  return {
    removed: [...removed],
    modified: [...modified.values()].filter(({ path }) => !removed.has(path)),
    isInConflict,
  };
}

async function patch(
  path: string,
  base: string,
  { removed, files }: Changes,
  options: GitOptions,
): Promise<string | null> {
  const versions = hashFiles(path, files, options).then(
    (found) => new Map([...removed.map((file) => [file, null] as const), ...found]),
  );
  const changed = [...removed, ...files.map((file) => file.path)];
  return patchTree(path, base, { files: changed, versions }, options);
}

async function writeIndex(
  path: string,
  { removed, files }: Changes,
  options: GitOptions,
): Promise<string> {
  await update(path, ['--force-remove'], removed, options);
  const paths = files.map((file) => file.path);
  await update(path, ['--add', '--replace', '--remove'], paths, options);
  return gitOrThrow(path, ['write-tree'], options);
}

async function update(
  path: string,
  flags: readonly string[],
  files: readonly string[],
  options: GitOptions,
): Promise<void> {
  if (files.length === 0) return;
  const args = ['-c', 'core.safecrlf=false', 'update-index', ...flags, '-z', '--stdin'];
  await gitOrThrow(path, args, { ...options, input: `${files.join('\0')}\0` });
}
