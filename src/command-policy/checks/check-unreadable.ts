import { type CommandPattern, mentionsPattern } from '../programs/command-pattern.ts';
import { programOf } from '../programs/program-name.ts';
import { SUSPICIOUS_WORDS } from '../rules/unreadable-rules.ts';
import type { Verdict } from '../shell/rule-set.ts';
import { commandPatterns } from './check-commands.ts';

/** What else is irreversible, besides what the tables list. */
export interface AddedRisks {
  patterns: readonly CommandPattern[];
  /** Like `SUSPICIOUS_WORDS`. */
  words: ReadonlyMap<string, RegExp>;
}

/** With more words than this, the program alone is suspicious. */
const MAX_WORDS = 2_000;

/** Checks the words of a text that is not valid shell syntax: a shell may still run part of it. */
export function checkUnreadable(text: string, added: AddedRisks): Verdict | null {
  const words = [...new Set(text.split(/[\s'"`;|&()<>]+/))].filter(Boolean);
  const programs = new Set(words.map(programOf));
  const isSuspicious = (program: string) => {
    const expected = SUSPICIOUS_WORDS.get(program) ?? added.words.get(program);
    return expected !== undefined && words.some((word) => expected.test(word));
  };
  const named =
    [...programs].find(isSuspicious) ??
    [...commandPatterns(programs), ...added.patterns].find(
      (pattern) =>
        programs.has(pattern.program) &&
        (words.length > MAX_WORDS || mentionsPattern(pattern, words)),
    )?.program;
  return named === undefined
    ? null
    : { rule: 'unreadable', reason: `It is not valid shell syntax, and it mentions \`${named}\`.` };
}
