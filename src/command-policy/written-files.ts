import { posix } from 'node:path';
import { downloadsOf } from './programs/downloads.ts';
import {
  checkedOutPaths,
  type GitCall,
  readGitCall,
  restoredPaths,
  restoresWorktree,
} from './programs/git-call.ts';
import { hasLongOption, operandsOf, valuesOf } from './shell/arguments.ts';
import type { Call } from './shell/call.ts';
import { BREAK, UNKNOWN } from './shell/placeholders.ts';
import { resolvePath } from './shell/resolve-path.ts';
import { isOwnDirectory, type WorkTree } from './work-tree.ts';

/** A file that a command creates, changes, moves or deletes. */
export interface WrittenFile {
  /** An absolute path, in which `*` and `?` are wildcards. */
  path: string;
  /** If the path is that of a directory: the names of the files that are put into it. */
  names?: readonly string[];
}

/** The files that a call of a common program writes, as far as its arguments name them. */
export function filesWrittenBy(call: Call, workTree: WorkTree): WrittenFile[] {
  const { program, args, cwd } = call;
  switch (program) {
    case 'tee':
    case 'rm':
    case 'unlink':
      return located(operandsOf(args), cwd);
    case 'truncate':
      return located(truncatedFiles(args), cwd);
    case 'dd':
      return located(
        args.flatMap((arg) => /^of=(.+)/s.exec(arg)?.[1] ?? []),
        cwd,
      );
    case 'sed':
    case 'perl':
      return located(editedInPlace(args), cwd);
    case 'cp':
    case 'install':
    case 'ln':
    case 'mv':
      return transferred(program, args, cwd);
    case 'git':
      return filesWrittenByGit(readGitCall(call), workTree);
    default:
      return located(downloadsOf(call), cwd);
  }
}

function filesWrittenByGit({ subcommand, args, cwd }: GitCall, workTree: WorkTree): WrittenFile[] {
  // In a worktree of its own, an agent can only revert its own changes.
  const reverted = (paths: readonly string[]) =>
    located(paths, cwd).filter(({ path }) => !isOwnDirectory(path, workTree));
  switch (subcommand) {
    case 'mv':
      return transferred('mv', args, cwd);
    case 'rm':
      return args.includes('--cached') ? [] : located(operandsOf(args), cwd);
    case 'checkout':
      return reverted(checkedOutPaths(args));
    case 'restore':
      return restoresWorktree(args) ? reverted(restoredPaths(args)) : [];
    default:
      return [];
  }
}

/** The file that output is redirected to; none for another descriptor, as in `2>&1`. */
export function fileOfRedirection(target: string, cwd: string): WrittenFile[] {
  return /^(?:\d+|-)$/.test(target) ? [] : located([target], cwd);
}

/** Options of cp and install that take a value: permissions, owners, the directory to put files into. */
const TAKES_VALUE = /^(?:-[a-zA-Z]*[tmogS]|--(?:target-directory|mode|owner|group|suffix))$/;

function transferred(program: string, args: readonly string[], cwd: string): WrittenFile[] {
  const [directory] = valuesOf(args, '-t', '--target-directory');
  const operands = operandsOf(
    program === 'mv' ? args : args.filter((_, at) => !TAKES_VALUE.test(args[at - 1] ?? '')),
  ).filter((operand) => operand !== directory);
  const target = directory ?? operands.pop();
  if (target === undefined || operands.length === 0) return [];
  const names = operands.map((path) => posix.basename(path)).filter(isLiteral);
  const moved = program === 'mv' ? located(operands, cwd) : [];
  return [...moved, ...located([target], cwd).map(({ path }) => ({ path, names }))];
}

/** The files that `truncate` is given. */
export function truncatedFiles(args: readonly string[]): string[] {
  return args.filter(
    (arg, index) =>
      !arg.startsWith('-') && !/^(?:-s|--size|-r|--reference)$/.test(args[index - 1] ?? ''),
  );
}

const IN_PLACE = /^-[nErsuzpla\d]*i/;
/** Options of sed and perl that take the next word as their value. */
const HAS_VALUE = /^(?:-[nErsuzpla\d]*[efl]|--(?:expression|file|line-length))$/;
const HAS_SCRIPT = /^(?:-[nErsuzpla\d]*[ef]|--(?:expression|file))/;

function editedInPlace(args: readonly string[]): string[] {
  if (!args.some((arg) => IN_PLACE.test(arg)) && !hasLongOption(args, '--in-place')) return [];
  const operands = args.filter(
    (arg, index) => arg !== '' && !arg.startsWith('-') && !HAS_VALUE.test(args[index - 1] ?? ''),
  );
  return args.some((arg) => HAS_SCRIPT.test(arg)) ? operands : operands.slice(1);
}

/** The files of the paths that are known; none if the directory is unknown. */
function located(paths: readonly string[], cwd: string): WrittenFile[] {
  const isLocated = (path: string) => path.startsWith('/') || !cwd.includes(UNKNOWN);
  return paths
    .filter((path) => isKnown(path) && isLocated(path))
    .map((path) => ({ path: resolvePath(cwd, path) }))
    .filter(({ path }) => !path.startsWith('/dev/') && !path.includes(UNKNOWN));
}

function isLiteral(path: string): boolean {
  return isKnown(path) && !/[*?]/.test(path);
}

/** A path with a colon names a file on another machine, or has a meaning to git alone. */
function isKnown(path: string): boolean {
  return path !== '' && !/[[{:]/.test(path) && !path.includes(UNKNOWN) && !path.includes(BREAK);
}
