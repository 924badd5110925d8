import { hasOption, programOf, UNKNOWN } from './shell/call.ts';

/**
 * What a command begins with, such as `aws * delete-*` or `netlify deploy --prod`. Its words have
 * to come in this order and with nothing but options between them; its options may be anywhere.
 */
export interface CommandPattern {
  program: string;
  words: readonly string[];
  options: readonly string[];
}

/** `match` ends before `args[rest]`; it is unsure when a word of the command is not known. */
export interface Match {
  rest: number;
  isSure: boolean;
}

/** Stands for any number of words. */
const ANY_WORDS = '**';

/** Programs that take a list of what to make, in which any may come first. */
const TAKES_TARGETS = new Set(['ant', 'gradle', 'just', 'make', 'mvn', 'rails', 'task']);

/**
 * Reads patterns: words separated by spaces, `*` for any letters in a word, `**` for any words,
 * and `a|b` for either word.
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

/** Matches a pattern with a program and its arguments. */
export function matchPattern(
  pattern: CommandPattern,
  program: string,
  args: readonly string[],
): Match | null {
  if (pattern.program !== program) return null;
  if (!pattern.options.every((option) => hasPatternOption(args, option))) return null;
  return matchWords(pattern.words, args, TAKES_TARGETS.has(program));
}

const ONE_LETTER = /^-[a-zA-Z]$/;

/** Also `--option=value` of a pattern as two words, `-v` as `-fv`, and not `--option=false`. */
function hasPatternOption(args: readonly string[], option: string): boolean {
  if (ONE_LETTER.test(option)) {
    return args.some((arg) => /^-[a-zA-Z]{1,4}$/.test(arg) && arg.includes(option.slice(1)));
  }
  const [name = '', value] = option.split('=');
  if (value === undefined) return hasOption(args, option) && !args.includes(`${option}=false`);
  return args.some((arg, index) => arg === option || (arg === name && args[index + 1] === value));
}

/** Whether all words and options of a pattern occur among the words of a text. */
export function mentionsPattern({ words, options }: CommandPattern, text: readonly string[]) {
  return (
    words.every((word) => word === ANY_WORDS || text.some((found) => matchWord(word, found))) &&
    options.every((option) => hasPatternOption(text, option))
  );
}

function matchWords(words: readonly string[], args: readonly string[], mayBeLater: boolean) {
  const canBeUnknown = !words.some((word) => word.includes('*'));

  function match(word: number, arg: number, mayBeValue: boolean): Match | null {
    const wanted = words[word];
    if (wanted === undefined) return { rest: arg, isSure: true };
    const found = args[arg];
    if (found === undefined) return null;
    // Which options take the next word as their value is not known, so it is tried as both.
    if (found.startsWith('-')) return match(word, arg + 1, found !== '--' && !found.includes('='));
    if (wanted === ANY_WORDS) return match(word + 1, arg, false) ?? match(word, arg + 1, false);
    const direct = matchWord(wanted, found) ? match(word + 1, arg + 1, false) : null;
    if (direct) return direct;
    if (mayBeValue || mayBeLater) {
      const later = match(word, arg + 1, false);
      if (later) return later;
    }
    if (found !== UNKNOWN || mayBeValue || !canBeUnknown) return null;
    const rest = match(word + 1, arg + 1, false);
    return rest && { ...rest, isSure: false };
  }

  return match(0, 0, false);
}

function matchWord(wanted: string, found: string): boolean {
  if (!wanted.includes('*')) return wanted.toLowerCase() === found.toLowerCase();
  const literals = wanted.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literals.join('.*')}$`, 'i').test(found);
}
