import type { Obstacle, Verdict } from '../shell/rule-set.ts';
import { DATABASE_PROGRAMS } from './database-rules.ts';
import { HTTP_PROGRAMS } from './request-rules.ts';

/** Verdicts on what the interpreter cannot follow. */
export const OBSTACLES: Readonly<Record<Obstacle, Verdict>> = {
  'unknown program': {
    rule: 'unknown-program',
    reason: 'The program that it runs is not known in advance.',
  },
  'unknown script': {
    rule: 'unknown-script',
    reason: 'It runs a script that is not known in advance.',
  },
  'too large': {
    rule: 'unreadable',
    reason: 'It is too long or too deeply nested to be checked.',
  },
  'internal error': { rule: 'unreadable', reason: 'The check of this command failed.' },
};

const ANY_WORD = /^/;

/**
 * For programs with rules outside the table of commands: the words without which they do no harm.
 * In a text that is not valid shell syntax, such a program together with such a word is suspicious.
 */
export const SUSPICIOUS_WORDS: ReadonlyMap<string, RegExp> = new Map<string, RegExp>([
  ...['rm', 'srm', 'rimraf', 'shred', 'truncate', 'mkfs', 'wipefs'].map(
    (name): [string, RegExp] => [name, ANY_WORD],
  ),
  ['dd', /^of=/],
  ['find', /^-delete$/],
  ['rsync', /^--del/],
  [
    'git',
    /^(?:push|reset|clean|checkout|switch|restore|stash|branch|worktree|filter-.*|reflog|gc|prune|update-ref)$/,
  ],
  ['gh', /^(?:api|run|DELETE)$/],
  ['glab', /^(?:api|run|DELETE)$/],
  ...[...DATABASE_PROGRAMS].map((name): [string, RegExp] => [name, /drop|truncate|delete|flush/i]),
  ...[...HTTP_PROGRAMS].map((name): [string, RegExp] => [name, /DELETE/]),
  // An unknown script.
  ...['sh', 'bash', 'zsh', 'eval', 'source'].map((name): [string, RegExp] => [name, /^\$/]),
]);
