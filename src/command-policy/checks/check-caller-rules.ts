import { type CommandPattern, matchPattern, readPatterns } from '../programs/command-pattern.ts';
import { beforeDashes, hasOption } from '../shell/arguments.ts';
import type { Call } from '../shell/call.ts';
import type { Verdict } from '../shell/rule-set.ts';
import type { CallerFileRule } from './check-caller-files.ts';

/** Commands that the caller does not leave to an agent. */
export interface CallerCommandRule extends Verdict {
  /** Patterns, as `readPatterns` reads them. */
  commands: readonly string[];
  /** Arguments with which the command does no harm. */
  unless?: readonly string[];
  /** Whether the rule applies to a command that matches; it always does if this is left out. */
  when?(args: readonly string[]): boolean;
}

/** Rules that come before the built-in ones. */
export interface CallerRules {
  commands: readonly CallerCommandRule[];
  files: readonly CallerFileRule[];
  /**
   * What is suspicious in a text that is not valid shell syntax: by the name of a program, a word
   * that must occur with it.
   */
  suspiciousWords: ReadonlyMap<string, RegExp>;
}

export const NO_CALLER_RULES: CallerRules = {
  commands: [],
  files: [],
  suspiciousWords: new Map(),
};

/** Callers make their rules from the same lists of patterns again and again. */
const PATTERNS = new WeakMap<readonly string[], readonly CommandPattern[]>();

function patternsOf(commands: readonly string[]): readonly CommandPattern[] {
  const known = PATTERNS.get(commands) ?? commands.flatMap(readPatterns);
  PATTERNS.set(commands, known);
  return known;
}

/** Checks a call against the caller's rules for commands. */
export function checkCallerCommands(
  { program, args }: Call,
  rules: readonly CallerCommandRule[],
): Verdict | null {
  if (rules.length === 0 || hasOption(beforeDashes(args), '--help')) return null;
  const found = rules.find(
    ({ commands, unless = [], when }) =>
      patternsOf(commands).some((pattern) => matchPattern(pattern, program, args)) &&
      !args.some((arg) => unless.includes(arg)) &&
      (when === undefined || when(args)),
  );
  return found ? verdictOf(found) : null;
}

function verdictOf({ rule, reason, isForbidden }: Verdict): Verdict {
  return isForbidden ? { rule, reason, isForbidden } : { rule, reason };
}
