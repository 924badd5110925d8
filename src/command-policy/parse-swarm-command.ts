import { parse } from 'unbash';

/** A plain call of `swarm`. */
export interface SwarmCommand {
  subcommand: string;
  args: string[];
  /** The text of the here-document, if there is one. */
  input: string | null;
}

/**
 * Recognizes a shell command that is a single plain call of `swarm`, optionally with a
 * here-document: no other command, no expansion or substitution, and no other redirection.
 * @returns null for any other command
 */
export function parseSwarmCommand(command: string): SwarmCommand | null {
  const script = parse(command);
  const [statement, ...others] = script.commands;
  if (!statement || others.length > 0 || script.errors?.length || statement.background) return null;
  const call = statement.command;
  if (call.type !== 'Command' || call.prefix.length > 0) return null;
  if (call.name?.text !== 'swarm') return null;
  // The parser ignores a parenthesis that is never closed.
  if (command.slice(call.name.end, call.suffix[0]?.pos).includes('(')) return null;

  const args: string[] = [];
  let input: string | null = null;
  for (const item of call.suffix) {
    if (item.type === 'Word' && isLiteralWord(item)) {
      args.push(item.value);
    } else if (item.type === 'HereDoc' && input === null && !item.descriptor && item.closing) {
      // The shell expands an unquoted here-document, and after `<<-` it removes leading tabs.
      const isVerbatim = item.delimiter?.quoted || !/[\\$`]/.test(item.body.text);
      if (!isVerbatim || item.operator !== '<<') return null;
      input = item.body.text;
    } else {
      return null;
    }
  }
  const [subcommand, ...rest] = args;
  return subcommand === undefined ? null : { subcommand, args: rest, input };
}

/** What the shell replaces by a home directory, or zsh by the path of a command, as in `=ls`. */
const TILDE = /^[~=]|^[^'"\\]*[=:]~/;

/**
 * Expansions that the parser takes for text: those that only zsh knows, such as `$=name` and
 * `$~name`, and the old arithmetic expansion `$[…` if its end is missing.
 */
const DOLLAR = /(?<!\\)(?:\\\\)*\$[^\s"]/;

/** Whether the shell passes a word on unchanged, apart from quotes. */
function isLiteralWord(word: Part): boolean {
  const isOpen = (part: Part) => part.type !== 'SingleQuoted' && DOLLAR.test(part.text);
  return isLiteral(word.parts) && !TILDE.test(word.text) && !(word.parts ?? [word]).some(isOpen);
}

interface Part {
  readonly type: string;
  readonly text: string;
  readonly parts?: readonly Part[] | undefined;
}

function isLiteral(parts: readonly Part[] | undefined): boolean {
  return (parts ?? []).every(
    (part) =>
      part.type === 'Literal' ||
      part.type === 'SingleQuoted' ||
      (part.type === 'DoubleQuoted' && isLiteral(part.parts)),
  );
}
