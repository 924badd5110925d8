import type { Call } from '../shell/call.ts';
import { UNKNOWN } from '../shell/placeholders.ts';
import { matchPattern, readPatterns } from './command-pattern.ts';

/** Programs that run the file they are given, code in an option, or else the code on their input. */
export const INTERPRETERS: ReadonlySet<string> = new Set(
  (
    'python node ruby perl php bun deno tsx ts-node lua luajit osascript Rscript julia elixir groovy ' +
    'tclsh expect ipython pypy'
  ).split(' '),
);

/** Options that take code; `-r` of node names a module, where code does no harm. */
const TAKES_CODE = /^(?:-[a-zA-Z]*[ceErp]|--eval|--print|--execute|eval)$/;
const CODE_ATTACHED = /^--(?:eval|execute|print|command)=(.*)$/s;

/** The consoles of frameworks, which run code in an option, an argument or on their input. */
const CONSOLES = [
  'rails runner|r|console|c',
  'manage.py|django-admin|django shell|shell_plus',
  'artisan tinker',
  'flask shell',
  'wp eval',
  'drush php:eval|eval|ev|php',
  'mix run',
  'iex|irb|ipython|pry',
].flatMap(readPatterns);
/** Consoles whose next word is code. */
const NEXT_IS_CODE = /^(?:runner|r|eval|ev|php:eval)$/;

/**
 * The code in a language other than the shell's that a call runs: in an argument, on its input, or
 * in a file that the same command has written. Code that is not known is `UNKNOWN`.
 * @returns null if it runs none
 */
export function codeOf(call: Call): string | null {
  const { program, args } = call;
  if (CONSOLES.some((pattern) => matchPattern(pattern, program, args)?.isSure)) {
    const [verb = '', next] = args.filter((arg) => !arg.startsWith('-'));
    return codeInOption(args) ?? (NEXT_IS_CODE.test(verb) ? (next ?? null) : inputOf(call));
  }
  if (!INTERPRETERS.has(program)) return null;
  if (program === 'python' && args.includes('-m')) return null;
  return codeInOption(args) ?? codeInFile(call);
}

function codeInOption(args: readonly string[]): string | null {
  const code = args.flatMap((arg, index) => {
    const attached = CODE_ATTACHED.exec(arg)?.[1];
    if (attached !== undefined) return [attached];
    return TAKES_CODE.test(args[index - 1] ?? '') ? [arg] : [];
  });
  return code.length > 0 ? code.join('\n') : null;
}

const IS_PIPE = /^\/dev\/fd\//;

function codeInFile(call: Call): string | null {
  const operands = call.args.filter((arg) => arg === '-' || !arg.startsWith('-'));
  const [file] = operands[0] === 'run' ? operands.slice(1) : operands;
  if (file === undefined || file === '-') {
    return call.args.every((arg) => /^-(?!h|[vV]$|-help|-version)/.test(arg))
      ? inputOf(call)
      : null;
  }
  if (file.startsWith('https://')) return UNKNOWN;
  const lines = call.readFile(file);
  // Code that a program of the same command has made is left alone, unless it comes by a pipe.
  const isKnown = typeof lines !== 'string' && (lines[0] !== UNKNOWN || IS_PIPE.test(file));
  return isKnown ? lines.join('\n') : null;
}

function inputOf({ input }: Call): string | null {
  if (typeof input !== 'string') return input.join('\n');
  return input === 'unknown' ? UNKNOWN : null;
}
