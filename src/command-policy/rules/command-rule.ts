import type { Verdict } from '../shell/rule-set.ts';

/** Commands that are irreversible, by the words they start with. */
export interface CommandRule extends Verdict {
  /** Patterns, as `readPatterns` reads them. */
  commands: readonly string[];
  /** Options with which the command does no harm. */
  unless?: readonly string[];
  /** Arguments with which the command does no harm. */
  unlessArgument?: RegExp;
  /** What the last word of the pattern must not be, although it matches. */
  unlessName?: RegExp;
  /** The command does harm only if this occurs in it as it is written, or in an argument. */
  onlyIf?: RegExp;
  /** Whether an unknown word counts as a harmless one. */
  isByName?: boolean;
}
