import { hasOption } from '../shell/arguments.ts';
import { UNKNOWN } from '../shell/placeholders.ts';
import { programOf } from './program-name.ts';

/**
 * The start of a command, such as `aws * delete-*` or `netlify deploy --prod`. Its words must occur
 * in this order, with nothing but options between them; its options may be anywhere.
 */
export interface CommandPattern {
  program: string;
  words: readonly string[];
  options: readonly string[];
}

export interface Match {
  /** The index of the first argument after those that matched. */
  rest: number;
  /** Whether no unknown word had to be taken for a word of the pattern. */
  isSure: boolean;
}

/** Matches any number of words. */
const ANY_WORDS = '**';

/** Programs that take a list of targets, of which any may come first. */
const TAKES_TARGETS = new Set(['ant', 'gradle', 'just', 'make', 'mvn', 'rails', 'task']);

/**
 * Reads patterns: words separated by spaces, in which `*` stands for any letters, `**` for any
 * words, and `a|b` for either word.
 */
export function readPatterns(text: string): CommandPattern[] {
  const words = text.trim().split(/\s+/);
  const choices = words.reduce<string[][]>(
    (lists, word) => lists.flatMap((list) => word.split('|').map((choice) => [...list, choice])),
    [[]],
  );
  return choices.map(([program = '', ...rest]) => ({
    program: programOf(program),
    words: rest.filter((word) => !word.startsWith('-')),
    options: rest.filter((word) => word.startsWith('-')),
  }));
}

/** Matches a pattern against a program and its arguments. */
export function matchPattern(
  pattern: CommandPattern,
  program: string,
  args: readonly string[],
): Match | null {
  if (pattern.program !== program) return null;
  if (!pattern.options.every((option) => hasPatternOption(args, option))) return null;
  return matchWords(pattern.words, args, TAKES_TARGETS.has(program));
}

/** Whether all words and options of a pattern occur anywhere among the words of a text. */
export function mentionsPattern({ words, options }: CommandPattern, text: readonly string[]) {
  return (
    words.every((word) => word === ANY_WORDS || text.some((found) => matchWord(word, found))) &&
    options.every((option) => hasPatternOption(text, option))
  );
}

const ONE_LETTER = /^-[a-zA-Z]$/;

/**
 * Whether an option of a pattern is set: `-v` may be part of `-fv`, and `--option=value` may be
 * written as two words; `--option=false` does not set it.
 */
function hasPatternOption(args: readonly string[], option: string): boolean {
  if (ONE_LETTER.test(option)) {
    return args.some((arg) => /^-[a-zA-Z]{1,4}$/.test(arg) && arg.includes(option.slice(1)));
  }
  const [name = '', value] = option.split('=');
  if (value === undefined) return hasOption(args, option) && !args.includes(`${option}=false`);
  return args.some((arg, index) => arg === option || (arg === name && args[index + 1] === value));
}

/**
 * Follows all ways to match the words at once, since which options take a value is not known: the
 * word after an option may be a word of the pattern or not. Bit n of a set stands for n words that
 * have been found.
 * @param mayBeLater whether other words may come before a word of the pattern
 */
function matchWords(
  words: readonly string[],
  args: readonly string[],
  mayBeLater: boolean,
): Match | null {
  const all = 1 << words.length;
  const mayBeUnknown = !words.some((word) => word.includes('*'));
  let sure = skipAnyWords(1, words);
  let unsure = 0;
  let possible: Match | null = null;
  let mayBeValue = false;
  for (let index = 0; index <= args.length; index++) {
    if (sure & all) return { rest: index, isSure: true };
    if (unsure & all) possible ??= { rest: index, isSure: false };
    const arg = args[index];
    if (arg === undefined || (sure | unsure) === 0) break;
    if (arg.startsWith('-')) {
      mayBeValue = arg !== '--' && !arg.includes('=');
      continue;
    }
    const canSkip = mayBeValue || mayBeLater;
    const next = step(sure, words, arg, canSkip);
    const guessed = arg === UNKNOWN && mayBeUnknown && !mayBeValue ? sure << 1 : 0;
    unsure = step(unsure, words, arg, canSkip) | (guessed & ~next);
    sure = next;
    mayBeValue = false;
  }
  return possible;
}

/** The numbers of words that may have been found after one more argument. */
function step(found: number, words: readonly string[], arg: string, canSkip: boolean): number {
  let next = 0;
  for (const [count, word] of words.entries()) {
    if (!(found & (1 << count))) continue;
    if (canSkip || word === ANY_WORDS) next |= 1 << count;
    if (word !== ANY_WORDS && matchWord(word, arg)) next |= 2 << count;
  }
  return skipAnyWords(next, words);
}

/** `**` may stand for no word at all. */
function skipAnyWords(found: number, words: readonly string[]): number {
  return words.reduce(
    (set, word, count) => (word === ANY_WORDS && set & (1 << count) ? set | (2 << count) : set),
    found,
  );
}

/** Names of subcommands and targets are shorter. */
const MAX_NAME = 500;

/** Patterns come from tables and from the configuration, so there are few. */
const EXPRESSIONS = new Map<string, RegExp>();

function matchWord(wanted: string, found: string): boolean {
  if (!wanted.includes('*')) {
    return wanted.length === found.length && wanted.toLowerCase() === found.toLowerCase();
  }
  if (found.length > MAX_NAME) return false;
  let expression = EXPRESSIONS.get(wanted);
  if (!expression) {
    const literals = wanted.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
    expression = new RegExp(`^${literals.join('.*')}$`, 'i');
    EXPRESSIONS.set(wanted, expression);
  }
  return expression.test(found);
}
