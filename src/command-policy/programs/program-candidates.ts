import { UNKNOWN } from '../shell/placeholders.ts';
import type { Wrapper } from './wrapper-table.ts';

/** If a call runs more words than this, it is not followed. */
const MAX_WORDS = 50_000;
/** The same for the characters of these words. */
const MAX_CHARACTERS = 1_000_000;

/** @throws {RangeError} if a call runs more than can be followed */
export function limitWords(count: number, characters = 0): void {
  if (count > MAX_WORDS || characters > MAX_CHARACTERS) throw new RangeError('too much to run');
}

/** The number of characters in a list of texts. */
export function lengthOf(texts: readonly string[]): number {
  return texts.reduce((sum, { length }) => sum + length, 0);
}

const ASSIGNMENT = /^[A-Za-z_]\w*\+?=/;

type Rules = Pick<Wrapper, 'flags' | 'operands' | 'takesAssignments'>;

/**
 * Finds where the program may start after options, assignments and operands. Which options take a
 * value is not always known, so a word that may be a value is tried as the program, too.
 * @returns the program with its arguments, once for each place where it may start
 * @throws {RangeError} if there are too many
 */
export function programCandidates(args: readonly string[], rules: Rules): (readonly string[])[] {
  const found: (readonly string[])[] = [];
  let unsure: readonly string[] | undefined;
  let count = 0;
  for (const { words, isOptional, isMarked } of possibleStarts(args, rules)) {
    count += words.length;
    // The words of a single start have been paid for.
    if (count > words.length) limitWords(count);
    // An unknown word is much more often a value than a program.
    if (isOptional && startsUnknown(words)) unsure ??= words;
    else if (isMarked || words.length > 0) found.push(words);
    if (!isOptional) return found;
  }
  return found.length === 0 && unsure ? [unsure] : found;
}

interface PossibleStart {
  words: readonly string[];
  /** Whether the first word may also be something else than the program. */
  isOptional: boolean;
  /** Whether the program starts after `--`. */
  isMarked?: boolean;
}

function* possibleStarts(args: readonly string[], rules: Rules): Generator<PossibleStart> {
  let mayBeValue = false;
  for (const [index, arg] of args.entries()) {
    if (arg === '--') {
      const words = afterOperands(args.slice(index + 1), rules);
      yield { words, isOptional: false, isMarked: true };
      return;
    }
    if (arg.startsWith('-')) {
      mayBeValue = arg !== '-' && mayTakeValue(arg, rules.flags ?? '');
    } else if (ASSIGNMENT.test(arg)) {
      // If the option before it takes a value, this is it: `-o ConnectTimeout=5`.
      mayBeValue = false;
    } else {
      const words = afterOperands(args.slice(index), rules);
      const isOptional = mayBeValue || (index === 0 && mayBeAssignments(words, rules));
      yield { words, isOptional };
      mayBeValue = false;
    }
  }
}

function mayBeAssignments(words: readonly string[], { takesAssignments }: Rules): boolean {
  return takesAssignments === true && startsUnknown(words);
}

function startsUnknown([first = '']: readonly string[]): boolean {
  return first.startsWith(UNKNOWN);
}

/** Long options that take no value. */
const LONG_FLAGS =
  /^--(?:detach|foreground|init|interactive|login|no-deps|no-install|no-run-if-empty|no-TTY|null|parallel|preserve-env|preserve-status|privileged|quiet|recursive|rm|set-home|silent|tty|verbose|yes)$/;

function mayTakeValue(option: string, flags: string): boolean {
  if (option.startsWith('--')) return !option.includes('=') && !LONG_FLAGS.test(option);
  // The value is attached in `-n1` and `-I{}`.
  if (/^-[IJ]./.test(option)) return false;
  return /^-[a-zA-Z]+$/.test(option) && !flags.includes(option.slice(-1));
}

/** Skips operands and the options that follow them. */
function afterOperands(args: readonly string[], { operands = 0, flags }: Rules): readonly string[] {
  const words = args.slice(operands);
  if (operands === 0 || !words[0]?.startsWith('-')) return words;
  return programCandidates(words, { flags }).at(-1) ?? [];
}
