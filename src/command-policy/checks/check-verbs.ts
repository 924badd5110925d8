import { nestedInWrapper } from '../programs/nested-in-wrapper.ts';
import { DATABASE_PROGRAMS } from '../rules/database-rules.ts';
import { DEVELOPMENT } from '../rules/environments.ts';
import { LOCAL_HOST } from '../rules/local-host.ts';
import { HTTP_PROGRAMS } from '../rules/request-rules.ts';
import {
  DELETES_BY_NAME,
  DELETES_VERB,
  DELIVERS_BY_NAME,
  DELIVERS_VERB,
  takesAnyWords,
} from '../rules/verb-rules.ts';
import type { Call } from '../shell/call.ts';
import type { Verdict } from '../shell/rule-set.ts';

/** A name of a program as installed ones have it; those of the project have a path or an extension. */
const INSTALLED = /^@?[a-z][\w-]*(?:\/[\w-]+)?$/i;
/** Programs with names that other programs have for what they manage. */
const IS_NOUN = /^(?:app|auto|console|draft|garden|migrate|node|script|service|snow|task|volta)$/;
/** An option without a value. */
const NAME_OF_OPTION = /^--?[\w-]+$/;
/** A word that may be a subcommand: no path, no number, no text. */
const SUBCOMMAND = /^[a-z][\w:-]*$/i;
/** Options that have no value in any program. */
const HAS_NO_VALUE = /^(?:-[fqvy]|--(?:force|quiet|verbose|yes|debug|json))$/;
/** Subcommands are among the first words. */
const MOST_WORDS = 3;

/**
 * Checks the subcommand of a program for which there are no rules. So many programs deploy, publish
 * and delete that no table can have all of them, and they call it the same.
 * @param known the programs for which there are rules
 */
export function checkVerbs(call: Call, known: Pick<Set<string>, 'has'>): Verdict | null {
  const { program, name, args, place } = call;
  if (known.has(program)) return null;
  const hasOwnCheck = DATABASE_PROGRAMS.has(program) || HTTP_PROGRAMS.has(program);
  if (!INSTALLED.test(name) || takesAnyWords(program) || hasOwnCheck) return null;
  if (place === 'container') return null;
  const values = args.filter((arg) => !NAME_OF_OPTION.test(arg));
  if (values.some((value) => LOCAL_HOST.test(value) || DEVELOPMENT.test(value))) return null;
  const words = subcommandsOf(args);
  // What a wrapper or a function starts is judged as a call of its own.
  const isProgram = (word: string) =>
    takesAnyWords(word) || (known.has(word) && !IS_NOUN.test(word));
  if (words.some(isProgram) || nestedInWrapper(call).length > 0) return null;
  if (words.some((word) => DELETES_VERB.test(word))) return DELETES_BY_NAME;
  return words.some((word) => DELIVERS_VERB.test(word)) ? DELIVERS_BY_NAME : null;
}

/** The words before the first option that may have a value. */
function subcommandsOf(args: readonly string[]): string[] {
  const words: string[] = [];
  for (const arg of args) {
    if (arg.includes('=') || HAS_NO_VALUE.test(arg)) continue;
    if (words.length === MOST_WORDS || arg.startsWith('-')) break;
    if (!SUBCOMMAND.test(arg)) break;
    words.push(arg);
  }
  return words;
}
