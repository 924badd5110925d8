import { type CommandPattern, mentionsPattern } from './command-pattern.ts';
import { COMMAND_PATTERNS } from './rules/command.ts';
import { DATABASE_PROGRAMS } from './rules/database.ts';
import { HTTP_PROGRAMS } from './rules/forge.ts';
import { programOf, type Verdict } from './shell/call.ts';

const ANY_WORD = /^/;
const RISKS_OF_GIT =
  /^(?:push|reset|clean|checkout|switch|restore|stash|branch|worktree|filter-.*|reflog|gc|prune|update-ref)$/;

/** The programs that have rules in code, each with the words without which it does no harm. */
const RISKS = new Map<string, RegExp>([
  ...['rm', 'srm', 'rimraf', 'shred', 'truncate', 'mkfs', 'wipefs'].map(
    (name): [string, RegExp] => [name, ANY_WORD],
  ),
  ['dd', /^of=/],
  ['find', /^-delete$/],
  ['rsync', /^--del/],
  ['git', RISKS_OF_GIT],
  ['swarm', /^(?:approve|deny|cancel|retry)$/],
  ['gh', /^(?:api|run|DELETE)$/],
  ['glab', /^(?:api|run|DELETE)$/],
  ...[...DATABASE_PROGRAMS].map((name): [string, RegExp] => [name, /drop|truncate|delete|flush/i]),
  ...[...HTTP_PROGRAMS].map((name): [string, RegExp] => [name, /DELETE/]),
  // An unknown script.
  ...['sh', 'bash', 'zsh', 'eval', 'source'].map((name): [string, RegExp] => [name, /^\$/]),
]);

/**
 * Judges a text that is no shell command by its words: the shell may still run a part of it.
 * @param extra more commands that cannot be undone
 */
export function judgeUnreadable(text: string, extra: readonly CommandPattern[]): Verdict | null {
  const words = text.split(/[\s'"`;|&()<>]+/).filter(Boolean);
  const programs = new Set(words.map(programOf));
  const named =
    [...programs].find((name) => words.some((word) => RISKS.get(name)?.test(word))) ??
    [...COMMAND_PATTERNS, ...extra].find(
      (pattern) => programs.has(pattern.program) && mentionsPattern(pattern, words),
    )?.program;
  return named === undefined
    ? null
    : { rule: 'unreadable', reason: `It cannot be read as shell text, and it names \`${named}\`.` };
}
