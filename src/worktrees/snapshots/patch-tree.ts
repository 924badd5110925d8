import { type GitOptions, gitOrThrow } from '../../platform/git.ts';
import type { FileVersion } from '../../run/snapshots/changed-files.ts';
import { hashObject } from './hash-object.ts';

/** Entries of a directory by name; `mode` is `40000` for a directory in it. */
type Directory = Map<string, FileVersion>;

const DIRECTORY = '40000';

/**
 * Writes a git tree that differs from another in some files. With few changes in a large tree that
 * is much faster than to write an index and its tree.
 * @param base the id of the other tree
 * @param files the paths of what differs
 * @param versions of all of them; null for a file that does not exist
 * @returns the id of the new tree; null if it cannot be written, because a name is not UTF-8
 */
export async function patchTree(
  path: string,
  base: string,
  {
    files,
    versions,
  }: { files: readonly string[]; versions: Promise<ReadonlyMap<string, FileVersion | null>> },
  options: GitOptions,
): Promise<string | null> {
  if (files.length === 0) return base;
  const [directories, changes] = await Promise.all([
    readDirectories(path, base, files, options),
    versions,
  ]);
  if (!directories) return null;
  // A directory may take the place of a file, or a file that of a directory.
  for (const [file, version] of changes)
    if (!version) directories.get(parentOf(file))?.delete(nameOf(file));
  for (const [file, version] of changes)
    if (version) directories.get(parentOf(file))?.set(nameOf(file), version);
  const ids: string[] = [];
  const deepestFirst = [...directories].sort(([a], [b]) => depthOf(b) - depthOf(a));
  for (const [directory, entries] of deepestFirst) {
    const id = hashTree(entries, base);
    const parent = directory === '' ? undefined : directories.get(parentOf(directory));
    const isDirectory = parent?.get(nameOf(directory))?.mode === DIRECTORY;
    if (entries.size > 0) parent?.set(nameOf(directory), { mode: DIRECTORY, id });
    else if (isDirectory) parent?.delete(nameOf(directory));
    ids.push(id);
  }
  const input = deepestFirst.map(([, entries]) => listTree(entries)).join('\0');
  const written = await gitOrThrow(path, ['mktree', '-z', '--batch', '--missing'], {
    ...options,
    input: `${input}\0`,
  });
  return written === ids.join('\n') ? (ids.at(-1) ?? null) : null;
}

/** What decoding leaves of bytes that are not UTF-8. */
const NOT_UTF8 = '\uFFFD';

/** Reads all directories that contain the files, directly or not. @returns null if a name is not UTF-8 */
async function readDirectories(
  path: string,
  base: string,
  files: readonly string[],
  options: GitOptions,
): Promise<Map<string, Directory> | null> {
  const directories = new Map<string, Directory>([['', new Map()]]);
  for (const file of files)
    for (let at = parentOf(file); at !== ''; at = parentOf(at)) directories.set(at, new Map());
  const below = [...directories.keys()].filter(Boolean).map((name) => `${name}/`);
  const list = (names: readonly string[]) =>
    gitOrThrow(path, ['ls-tree', '-z', '--full-tree', base, ...names], options);
  const found = await Promise.all([list([]), below.length > 0 ? list(below) : '']);
  if (found.some((text) => text.includes(NOT_UTF8))) return null;
  for (const line of found.join('').split('\0').filter(Boolean)) {
    const [mode = '', , id = ''] = line.slice(0, line.indexOf('\t')).split(' ');
    const file = line.slice(line.indexOf('\t') + 1);
    directories.get(parentOf(file))?.set(nameOf(file), { mode: mode.replace(/^0/, ''), id });
  }
  return directories;
}

/** The id that git gives to a tree. @param other the id of any object of the repository */
function hashTree(entries: Directory, other: string): string {
  const sorted = [...entries]
    .map(([name, { mode, id }]) => {
      const order = Buffer.from(mode === DIRECTORY ? `${name}/` : name);
      const bytes = Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]);
      return { order, bytes };
    })
    .sort((a, b) => Buffer.compare(a.order, b.order));
  return hashObject('tree', Buffer.concat(sorted.map(({ bytes }) => bytes)), other);
}

/** The input of `git mktree -z`. */
function listTree(entries: Directory): string {
  return [...entries]
    .map(([name, { mode, id }]) => `${mode} ${typeOf(mode)} ${id}\t${name}\0`)
    .join('');
}

function typeOf(mode: string): string {
  if (mode === DIRECTORY) return 'tree';
  return mode === '160000' ? 'commit' : 'blob';
}

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const depthOf = (directory: string): number => (directory === '' ? 0 : directory.split('/').length);
