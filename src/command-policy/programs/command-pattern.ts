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
  const { words } = pattern;
  const search: Search = {
    words,
    args,
    mayBeLater: TAKES_TARGETS.has(program),
    mayBeUnknown: !words.some((word) => word.includes('*')),
  };
  return matchFrom(search, 0, 0, false);
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

interface Search {
  /** The words of the pattern. */
  words: readonly string[];
  args: readonly string[];
  /** Whether other words may come before a word of the pattern. */
  mayBeLater: boolean;
  /** Whether an unknown word may be a word of the pattern. */
  mayBeUnknown: boolean;
}

/** @param mayBeValue whether `args[arg]` may be the value of the option before it */
function matchFrom(search: Search, word: number, arg: number, mayBeValue: boolean): Match | null {
  const { words, args, mayBeLater, mayBeUnknown } = search;
  const wanted = words[word];
  if (wanted === undefined) return { rest: arg, isSure: true };
  const found = args[arg];
  if (found === undefined) return null;
  if (found.startsWith('-')) {
    return matchFrom(search, word, arg + 1, found !== '--' && !found.includes('='));
  }
  if (wanted === ANY_WORDS) {
    return matchFrom(search, word + 1, arg, false) ?? matchFrom(search, word, arg + 1, false);
  }
  // Which options take a value is not known, so the word after an option is tried as both.
  const match =
    (matchWord(wanted, found) ? matchFrom(search, word + 1, arg + 1, false) : null) ??
    (mayBeValue || mayBeLater ? matchFrom(search, word, arg + 1, false) : null);
  if (match || found !== UNKNOWN || mayBeValue || !mayBeUnknown) return match;
  const rest = matchFrom(search, word + 1, arg + 1, false);
  return rest && { ...rest, isSure: false };
}

/** Patterns come from tables and from the configuration, so there are few. */
const EXPRESSIONS = new Map<string, RegExp>();

function matchWord(wanted: string, found: string): boolean {
  if (!wanted.includes('*')) return wanted.toLowerCase() === found.toLowerCase();
  let expression = EXPRESSIONS.get(wanted);
  if (!expression) {
    const literals = wanted.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
    expression = new RegExp(`^${literals.join('.*')}$`, 'i');
    EXPRESSIONS.set(wanted, expression);
  }
  return expression.test(found);
}
