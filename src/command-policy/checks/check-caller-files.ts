import { codeOf } from '../programs/code-of-call.ts';
import { findNested } from '../programs/find-nested.ts';
import { readGitCall } from '../programs/git-call.ts';
import { READS_ONLY } from '../rules/reading-programs.ts';
import { COPIES, LEAVES_OUT, STRING_IN_CODE, WRITES_IN_CODE } from '../rules/writing-rules.ts';
import { hasOption, operandsOf, valuesOf } from '../shell/arguments.ts';
import type { Call } from '../shell/call.ts';
import { resolvePath } from '../shell/resolve-path.ts';
import type { Verdict } from '../shell/rule-set.ts';
import { readsOnly } from './reads-only.ts';
import { unpackedTo } from './unpacked-to.ts';

/** Files that the caller does not let an agent write. */
export interface CallerFileRule extends Verdict {
  /** Matches absolute paths and, if the directory is not known, relative ones. */
  path: RegExp;
  /** The programs that may write them. */
  programs?: readonly string[];
  /** Whether even reading them is denied. */
  isSecret?: true;
}

/** Checks the path of a file that is written against the caller's rules for files. */
export function checkCallerFiles(path: string, rules: readonly CallerFileRule[]): Verdict | null {
  const found = rules.find((rule) => rule.path.test(path));
  return found ? verdictOf(found) : null;
}

/**
 * Checks whether a call may write a file that the caller protects. Which arguments a program
 * writes to is seldom known, so one that is not known to read only must not name such a file.
 */
export function checkCallerPaths(
  call: Call,
  rules: readonly CallerFileRule[],
  isWrapped: boolean,
): Verdict | null {
  // The files of the caller are on this machine.
  if (rules.length === 0 || call.place) return null;
  // An option's value may have been taken for the program: `dev` in `sudo -u dev cat file`.
  if (isWrapped && call.args.some(isKnownProgram)) return null;
  const names = namesIn(call);
  const found = rules.find(
    ({ path, programs = [] }) =>
      !programs.includes(call.program) &&
      names.some(
        (name) =>
          path.test(name) || (name.startsWith('..') && path.test(resolvePath(call.cwd, name))),
      ),
  );
  return found && (found.isSecret || !onlyReads(call)) ? verdictOf(found) : null;
}

function isKnownProgram(word: string): boolean {
  return READS_ONLY.has(word) || COPIES.has(word);
}

/** What a program runs in turn is checked in turn. */
function onlyReads(call: Call): boolean {
  return codeOf(call) === null && (readsOnly(call) || findNested(call).length > 0);
}

/** The words of a call that may be the path of a file which it writes. */
function namesIn(call: Call): readonly string[] {
  const { program, args } = call;
  if (COPIES.has(program)) {
    return [...valuesOf(args, '-t', '--target-directory'), operandsOf(args).at(-1) ?? ''];
  }
  if (program === 'tar') {
    const archive = /^-?[a-zA-Z]*f$/.test(args[0] ?? '') ? args[1] : undefined;
    const target = unpackedTo(call) ?? archive ?? '';
    return [target === '.' ? call.cwd : target, ...valuesOf(args, '--file')];
  }
  if (program === 'git' && hasOption(args, '--cached')) return [];
  const code = codeOf(call);
  if (code !== null) return WRITES_IN_CODE.test(code) ? stringsIn(code) : [];
  const cwd = program === 'git' ? readGitCall(call).cwd : call.cwd;
  return [cwd, ...args.flatMap((arg, at) => (isLeftOut(args, at) ? [] : partsOf(arg)))];
}

function stringsIn(code: string): string[] {
  return [...code.matchAll(STRING_IN_CODE)].map(([, text = '']) => text);
}

/** Whether an argument names what a program passes over, as in `--exclude dist`. */
function isLeftOut(args: readonly string[], at: number): boolean {
  return LEAVES_OUT.test(args[at] ?? '') || LEAVES_OUT.test(args[at - 1] ?? '');
}

/** The texts in an argument that may be a path: `of=path`, `--into=path`, `-Cpath`. */
function partsOf(arg: string): string[] {
  if (/[\s!]/.test(arg)) return [];
  const value = arg.slice(arg.indexOf('=') + 1);
  return arg.startsWith('-') && !arg.includes('=') ? [arg.slice(2)] : [value];
}

function verdictOf({ rule, reason, isForbidden }: Verdict): Verdict {
  return isForbidden ? { rule, reason, isForbidden } : { rule, reason };
}
