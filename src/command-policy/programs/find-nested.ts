import type { Call } from '../shell/call.ts';
import type { Nested } from '../shell/programs.ts';
import { codeOf, INTERPRETERS } from './code-of-call.ts';
import { scriptsOfGit } from './git-call.ts';
import { nestedInAwk, nestedInCode, nestedInInterpreter } from './nested-in-code.ts';
import { nestedInShell } from './nested-in-shell.ts';
import { nestedInWrapper } from './nested-in-wrapper.ts';
import { nestedInFind, nestedInParallel, nestedInXargs } from './nested-per-item.ts';
import { programOf } from './program-name.ts';
import { scriptsInOptions } from './scripts-in-options.ts';

type FindNested = (call: Call) => Nested[];

const SHELLS = ['sh', 'bash', 'zsh', 'dash', 'ash', 'ksh', 'mksh', 'csh', 'tcsh', 'fish'];

/** Programs whose arguments follow rules of their own. */
const OWN_WAYS: ReadonlyMap<string, FindNested> = new Map<string, FindNested>([
  ...SHELLS.map((name): [string, FindNested] => [name, nestedInShell]),
  ...['awk', 'gawk', 'mawk'].map((name): [string, FindNested] => [name, nestedInAwk]),
  ['xargs', nestedInXargs],
  ['parallel', nestedInParallel],
  ['find', nestedInFind],
  ['fd', nestedInFind],
  ['git', scriptsOfGit],
]);

/**
 * Finds what a call runs in turn.
 * @throws {RangeError} if that is too much to follow
 */
export function findNested(call: Call): Nested[] {
  const { program, args } = call;
  const find = OWN_WAYS.get(program);
  if (find) return find(call);
  const nested = INTERPRETERS.has(program) ? nestedInInterpreter(call) : nestedInConsole(call);
  nested.push(...scriptsInOptions(call));
  if (program === 'env') nested.push(...splitStrings(args));
  nested.push(...nestedInWrapper(call));
  return nested.length > 0 ? nested : nestedAfterDashes(call);
}

function nestedInConsole(call: Call): Nested[] {
  const code = codeOf(call);
  return code === null ? [] : nestedInCode(code, call);
}

/** What these programs take after `--` are files, or the arguments of a script. */
const TAKES_OPERANDS =
  /^(?:ag|cargo|cat|chmod|chown|cp|echo|git|go|grep|head|ln|ls|make|mkdir|mv|npm|npx|pnpm|printf|rg|rm|sed|stat|tail|touch|wc|yarn|bun|jest|pytest|vitest|xargs)$/;

/** Programs that start others usually expect them after `--`, so this covers unlisted ones. */
function nestedAfterDashes({ program, args }: Call): Nested[] {
  const end = args.indexOf('--');
  const words = args.slice(end + 1);
  const isProgram = end >= 0 && words[0] !== undefined && !/^-|\uE000/.test(words[0]);
  // A word taken for the program may be an option's value: `dev` in `sudo -u dev git log -- file`.
  const before = [program, ...args.slice(0, Math.max(end, 0)).map(programOf)];
  return isProgram && !before.some((name) => TAKES_OPERANDS.test(name)) ? [{ words }] : [];
}

const SPLITS = /^(?:-[iv0]*S|--split-string(?:=|$))(.*)$/s;

/** `env -S 'program arguments'`. */
function splitStrings(args: readonly string[]): Nested[] {
  const at = args.findIndex((arg) => SPLITS.test(arg));
  if (at < 0) return [];
  const attached = SPLITS.exec(args[at] ?? '')?.[1];
  const words = attached ? [attached, ...args.slice(at + 1)] : args.slice(at + 1);
  return [{ text: words.join(' '), positional: [] }];
}
