import { posix } from 'node:path';
import { truncatedFiles } from './rules/file.ts';
import {
  checkedOutPaths,
  type GitCall,
  readGitCall,
  restoredPaths,
  restoresWorktree,
} from './rules/git.ts';
import { type Call, hasLongOption, operandsOf, UNKNOWN } from './shell/call.ts';
import { BREAK } from './shell/expand-word.ts';
import { downloadsOf } from './shell/output.ts';
import { isOwn, type Place, resolvePath } from './shell/place.ts';

/** A file that a command makes, changes, moves or deletes. */
export interface WrittenFile {
  /** An absolute path, in which `*` and `?` are as in a shell. */
  path: string;
  /** Should that be a directory: the names of what comes to lie in it. */
  names?: readonly string[];
}

/** What a call of one of the plain commands for files writes, as far as its arguments name it. */
export function filesWrittenBy(call: Call, place: Place): WrittenFile[] {
  const { program, args, cwd } = call;
  switch (program) {
    case 'tee':
    case 'rm':
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
    case 'ln':
    case 'mv':
      return transferred(program, args, cwd);
    case 'git':
      return filesWrittenByGit(readGitCall(call), place);
    default:
      return located(downloadsOf(call), cwd);
  }
}

function filesWrittenByGit({ subcommand, args, cwd }: GitCall, place: Place): WrittenFile[] {
  // In a worktree of its own, an agent takes back nothing but what it has changed itself.
  const takenBack = (paths: readonly string[]) =>
    located(paths, cwd).filter(({ path }) => !isOwn(path, place));
  switch (subcommand) {
    case 'mv':
      return transferred('mv', args, cwd);
    case 'rm':
      return args.includes('--cached') ? [] : located(operandsOf(args), cwd);
    case 'checkout':
      return takenBack(checkedOutPaths(args));
    case 'restore':
      return restoresWorktree(args) ? takenBack(restoredPaths(args)) : [];
    default:
      return [];
  }
}

/** The file that output goes to; none for another descriptor, as in `2>&1`. */
export function fileOfRedirection(target: string, cwd: string): WrittenFile[] {
  return /^(?:\d+|-)$/.test(target) ? [] : located([target], cwd);
}

/** `-t directory`, which is rare. */
const NAMES_TARGET_FIRST = /^(?:-[a-zA-Z]*t|--t)/;

function transferred(program: string, args: readonly string[], cwd: string): WrittenFile[] {
  if (args.some((arg) => NAMES_TARGET_FIRST.test(arg))) return [];
  const operands = operandsOf(args);
  const target = operands.pop();
  if (target === undefined || operands.length === 0) return [];
  const names = operands.map((path) => posix.basename(path)).filter(isLiteral);
  const moved = program === 'mv' ? located(operands, cwd) : [];
  return [...moved, ...located([target], cwd).map(({ path }) => ({ path, names }))];
}

const IN_PLACE = /^-[nErsuzpla\d]*i/;
/** Options of sed and perl whose value is the next word. */
const HAS_VALUE = /^(?:-[nErsuzpla\d]*[efl]|--(?:expression|file|line-length))$/;
const HAS_SCRIPT = /^(?:-[nErsuzpla\d]*[ef]|--(?:expression|file))/;

function editedInPlace(args: readonly string[]): string[] {
  if (!args.some((arg) => IN_PLACE.test(arg)) && !hasLongOption(args, '--in-place')) return [];
  const operands = args.filter(
    (arg, index) => arg !== '' && !arg.startsWith('-') && !HAS_VALUE.test(args[index - 1] ?? ''),
  );
  return args.some((arg) => HAS_SCRIPT.test(arg)) ? operands : operands.slice(1);
}

/** The paths that are known, where that they are relative to is known. */
function located(paths: readonly string[], cwd: string): WrittenFile[] {
  if (cwd.includes(UNKNOWN)) return [];
  return paths
    .filter(isKnown)
    .map((path) => ({ path: resolvePath(cwd, path) }))
    .filter(({ path }) => !path.startsWith('/dev/') && !path.includes(UNKNOWN));
}

function isLiteral(path: string): boolean {
  return isKnown(path) && !/[*?]/.test(path);
}

/** Not with a colon either, which names another machine or is git's. */
function isKnown(path: string): boolean {
  return path !== '' && !/[[{:]/.test(path) && !path.includes(UNKNOWN) && !path.includes(BREAK);
}
