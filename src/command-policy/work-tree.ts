import { isTemporaryPath, matchesEverything } from '../text/temporary-path.ts';
import { UNKNOWN } from './shell/placeholders.ts';
import { normalizePath } from './shell/resolve-path.ts';

/** The working tree of an agent, and what surrounds it. All paths are absolute and normalized. */
export interface WorkTree {
  /** The agent's own worktree, or else the main checkout. */
  path: string;
  /** The main checkout, which all agents without a worktree of their own share. */
  mainCheckout: string;
  home: string;
  /** The directory in which the command starts. */
  start: string;
  /** A directory of the agent's own that is not in its working tree; null for none. */
  scratch: string | null;
}

/** Where Claude Code and `swarm run` create the worktrees of agents, and how deep below. */
const WORKTREES = [
  { directory: '.claude/worktrees', depth: 1 },
  { directory: '.swarm/worktrees', depth: 2 },
];
/** Directories of the main checkout that belong to other agents or to a run as a whole. */
const SHARED = ['.claude/worktrees', '.swarm'];

/** Finds the working tree that contains `cwd`. */
export function locateWorkTree(context: {
  cwd: string;
  root: string;
  home: string;
  scratch?: { path: string };
}): WorkTree {
  const mainCheckout = normalizePath(context.root);
  const home = normalizePath(context.home);
  const start = normalizePath(context.cwd);
  const scratch = context.scratch ? normalizePath(context.scratch.path) : null;
  return { path: treeOf(start, mainCheckout, home), mainCheckout, home, start, scratch };
}

function treeOf(cwd: string, mainCheckout: string, home: string): string {
  if (contains(mainCheckout, cwd)) {
    for (const { directory, depth } of WORKTREES) {
      const names = relative(`${mainCheckout}/${directory}`, cwd).slice(0, depth);
      if (names.length === depth) return [mainCheckout, directory, ...names].join('/');
    }
    return mainCheckout;
  }
  // A worktree may be anywhere else, but not above the checkout or the home directory.
  return contains(cwd, mainCheckout) || contains(cwd, home) ? mainCheckout : cwd;
}

/** Whether nobody else works in a directory: it is in the agent's own worktree or temporary. */
export function isOwnDirectory(directory: string, { path, mainCheckout }: WorkTree): boolean {
  if (path !== mainCheckout && contains(path, directory)) return true;
  return !contains(mainCheckout, directory) && isTemporaryPath(directory);
}

/**
 * Tells why a path must not be deleted with everything in it.
 * @param path may contain `*`, `?` and `UNKNOWN`
 * @returns the end of a sentence that starts with the path; null if it may be deleted
 */
export function reasonToKeep(path: string, cwd: string, workTree: WorkTree): string | null {
  if (path === '') return null;
  const full = path.startsWith('/') || path.startsWith(UNKNOWN) ? path : `${cwd}/${path}`;
  if (full.startsWith(UNKNOWN)) return 'which is not known in advance';
  if (!full.includes(UNKNOWN)) return reasonToKeepKnown(normalizePath(full), workTree);
  // An unknown part may be empty, and `"dist/$name"` is then `dist/`.
  const isHarmless = ['', 'x'].every(
    (filler) =>
      reasonToKeepKnown(normalizePath(full.replaceAll(UNKNOWN, filler)), workTree) === null,
  );
  return isHarmless ? null : 'part of which is not known in advance';
}

function reasonToKeepKnown(path: string, workTree: WorkTree): string | null {
  const { path: tree, mainCheckout, scratch } = workTree;
  if (scratch !== null && contains(scratch, path)) return null;
  if (contains(path, tree)) return 'which contains the whole working tree';
  if (contains(tree, path)) return reasonToKeepInTree(path, workTree);
  const isAroundCheckout = contains(mainCheckout, path) || contains(path, mainCheckout);
  if (!isAroundCheckout && isTemporaryPath(path)) return null;
  return 'which is outside the working tree';
}

function reasonToKeepInTree(path: string, workTree: WorkTree): string | null {
  const { path: tree, mainCheckout, start } = workTree;
  const names = relative(tree, path);
  const [first = ''] = names;
  if (names.length === 1 && matchesEverything(first)) return 'which is the whole working tree';
  if (names.some((name) => HOLDS_DATA.test(name)) && !names.some((name) => HOLDS_LITTLE.test(name)))
    return 'which holds data that is rarely under version control';
  if (start !== tree && contains(path, start)) return 'in which the command starts';
  const isHistory = names.some((name) => mayMatch(name, '.git'));
  if (isHistory && !path.endsWith('.lock')) return "which is a repository's history";
  const isShared =
    tree === mainCheckout && SHARED.some((shared) => overlap(`${mainCheckout}/${shared}`, path));
  return isShared ? 'which belongs to other agents' : null;
}

/** Names of directories for what programs and people put there. */
const HOLDS_DATA =
  /^(?:data|datasets?|uploads?|storage|media|backups?|dumps?|checkpoints?|experiments?|annotations|mlruns|wandb|attachments|recordings|secrets|keys|certs|wallets?)$/;
/** Names of directories below them whose content can be made again. */
const HOLDS_LITTLE =
  /cache|tmp|temp|test|spec|fixture|mock|log|build|dist|generated|node_modules|framework|target|__|sample|example|preview|\.(?:tsx?|jsx?|py|go|rb)$/i;

/** Whether a path is that of a directory around the working tree. */
export function isAncestorOfTree(path: string, { path: tree }: WorkTree): boolean {
  return path !== tree && contains(path, tree);
}

/** Directories of the operating system that others depend on. */
const OF_SYSTEM =
  /^\/(?:bin|boot|dev|etc|home|lib\d*|opt|root|sbin|usr|usr\/\w?bin|usr\/lib|var|Applications|Library|System|Users)$/;

/** Whether a path is that of a directory that the operating system needs. */
export function isSystemDirectory(path: string): boolean {
  return OF_SYSTEM.test(path) || IN_SYSTEM.test(path);
}

/** What services of the operating system depend on. */
const IN_SYSTEM = /^\/(?:etc|usr|boot|lib\d*|s?bin|var\/(?:lib|www|spool|mail))\//;

/** Whether `path` is `directory` or is inside it. */
export function contains(directory: string, path: string): boolean {
  return path === directory || path.startsWith(directory === '/' ? '/' : `${directory}/`);
}

function overlap(a: string, b: string): boolean {
  return contains(a, b) || contains(b, a);
}

/** The names on the way from `directory` down to `path`; none if the path is not inside it. */
function relative(directory: string, path: string): string[] {
  return contains(directory, path) ? path.slice(directory.length).split('/').filter(Boolean) : [];
}

/** Whether a name that may have wildcards matches the name of a hidden file. */
function mayMatch(pattern: string, name: string): boolean {
  if (!/[*?[]/.test(pattern)) return pattern === name;
  // Wildcards match hidden files only after a leading dot.
  if (!pattern.startsWith('.')) return false;
  const expression = pattern
    .replace(/\[[^\]]*\]?/g, '?')
    .replace(/\*+/g, '*')
    .replace(/[.+^${}()|\\]/g, '\\$&');
  return new RegExp(`^${expression.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(name);
}
