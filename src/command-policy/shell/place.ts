import { posix } from 'node:path';
import { UNKNOWN } from './call.ts';

/** Where a command runs. */
export interface Place {
  cwd: string;
  /** The main checkout, which all agents without a worktree share. */
  root: string;
  home: string;
  /** The working tree that the agent works in: its own worktree, or else `root`. */
  tree: string;
}

/** Where the worktrees of agents lie, Claude Code's and those of `swarm run`, and how deep. */
const WORKTREES = [
  { directory: '.claude/worktrees', depth: 1 },
  { directory: '.swarm/worktrees', depth: 2 },
];
/** What lies in the main checkout and belongs to other agents and to the run as a whole. */
const SHARED = ['.claude/worktrees', '.swarm'];
/** Directories for temporary files; what has a name of its own in one of them may go. */
const SCRATCH = /^(?:\/private)?\/(?:(?:var\/)?tmp|var\/folders\/[^/]+\/[^/]+\/T|dev\/shm)\/(.+)$/;

/** @returns the place, with the working tree that `cwd` lies in */
export function locatePlace(context: { cwd: string; root: string; home: string }): Place {
  const [cwd, root, home] = [context.cwd, context.root, context.home].map(normalise) as [
    string,
    string,
    string,
  ];
  return { cwd, root, home, tree: treeOf(cwd, root, home) };
}

function treeOf(cwd: string, root: string, home: string): string {
  if (contains(root, cwd)) {
    for (const { directory, depth } of WORKTREES) {
      const names = relative(`${root}/${directory}`, cwd).slice(0, depth);
      if (names.length === depth) return [root, directory, ...names].join('/');
    }
    return root;
  }
  // A worktree may lie elsewhere; a directory above the checkout or the home directory is none.
  return contains(cwd, root) || contains(cwd, home) ? root : cwd;
}

/** No system takes longer paths. */
const MAX_PATH = 4_096;

/** Follows `cd path` from `cwd`. */
export function resolvePath(cwd: string, path: string): string {
  const full = path.startsWith('/') ? path : `${cwd}/${path}`;
  return path.startsWith(UNKNOWN) || full.length > MAX_PATH ? UNKNOWN : normalise(full);
}

/** Whether nobody else has work in a directory: it is in the agent's own worktree or temporary. */
export function isOwn(directory: string, { tree, root }: Place): boolean {
  if (tree !== root && contains(tree, directory)) return true;
  return !contains(root, directory) && isScratch(directory);
}

/**
 * Why a path must not be deleted with all that is in it.
 * @param path may hold `*`, `?` and {@link UNKNOWN}
 * @returns the end of a sentence that begins with the path; null when it may be deleted
 */
export function whyKeep(path: string, cwd: string, place: Place): string | null {
  if (path === '') return null;
  const full = path.startsWith('/') || path.startsWith(UNKNOWN) ? path : `${cwd}/${path}`;
  if (full.startsWith(UNKNOWN)) return 'which is not known beforehand';
  if (!full.includes(UNKNOWN)) return whyKeepKnown(normalise(full), place);
  // What is not known may be empty, and `"dist/$name"` is then `dist/`.
  const isHarmless = ['', 'x'].every(
    (filler) => whyKeepKnown(normalise(full.replaceAll(UNKNOWN, filler)), place) === null,
  );
  return isHarmless ? null : 'of which a part is not known beforehand';
}

function whyKeepKnown(path: string, { tree, root }: Place): string | null {
  if (contains(path, tree)) return 'which holds the whole working tree';
  if (contains(tree, path)) {
    const segments = relative(tree, path);
    const [first = ''] = segments;
    if (segments.length === 1 && isEverything(first)) return 'which is the whole working tree';
    const isHistory = segments.some((segment) => canBe(segment, '.git'));
    if (isHistory && !path.endsWith('.lock')) return "which is a repository's history";
    const isShared = tree === root && SHARED.some((shared) => overlap(`${root}/${shared}`, path));
    return isShared ? 'which belongs to other agents' : null;
  }
  if (!contains(root, path) && !contains(path, root) && isScratch(path)) return null;
  return 'which lies outside the working tree';
}

/** The directories of the system that hold what others depend on. */
const OF_SYSTEM =
  /^\/(?:bin|boot|dev|etc|home|lib\d*|opt|root|sbin|usr|usr\/\w?bin|usr\/lib|var|Applications|Library|System|Users)$/;

/** Whether a path is that of a directory around the working tree, or of one that the system needs. */
export function isFarAbove(path: string, { tree }: Place): boolean {
  return (path !== tree && contains(path, tree)) || OF_SYSTEM.test(path);
}

/** Whether a path is that of a temporary file. */
export function isScratch(path: string): boolean {
  const [first, ...others] = SCRATCH.exec(path)?.[1]?.split('/') ?? [];
  if (first === undefined) return false;
  // Below `/tmp/*` it takes a name that only its owner gives.
  return !isEverything(first) || !/^(?:\*|x\*$|\.?$)/.test(others.at(-1) ?? '');
}

/** Whether a name with wildcards stands for more or less all there is: `*`, `.*`, `*.*`. */
function isEverything(segment: string): boolean {
  return segment.includes('*') && /^[*.?![\]^]+$/.test(segment);
}

/** Whether a name with wildcards matches a hidden file. */
function canBe(segment: string, name: string): boolean {
  if (!/[*?[]/.test(segment)) return segment === name;
  // Without a leading dot a wildcard matches no hidden file.
  if (!segment.startsWith('.')) return false;
  const pattern = segment
    .replace(/\[[^\]]*\]?/g, '?')
    .replace(/\*+/g, '*')
    .replace(/[.+^${}()|\\]/g, '\\$&');
  return new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(name);
}

function normalise(path: string): string {
  const normal = posix.normalize(path);
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}

/** Whether `path` is `directory` or lies in it. */
function contains(directory: string, path: string): boolean {
  return path === directory || path.startsWith(directory === '/' ? '/' : `${directory}/`);
}

function overlap(a: string, b: string): boolean {
  return contains(a, b) || contains(b, a);
}

/** The names on the way from `directory` down to `path`; none when it does not lie in it. */
function relative(directory: string, path: string): string[] {
  return contains(directory, path) ? path.slice(directory.length).split('/').filter(Boolean) : [];
}
