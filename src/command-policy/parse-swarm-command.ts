import { parse } from 'unbash';

/** One plain call of `swarm`. */
export interface OwnCommand {
  subcommand: string;
  args: string[];
  /** The here-document on its stdin. */
  input: string | null;
}

/**
 * Recognises a shell command that is one plain call of `swarm`, at most with a here-document:
 * nothing before or after it, nothing expanded or substituted in it, nothing redirected.
 * @returns null for every other command
 */
export function readOwnCommand(command: string): OwnCommand | null {
  const script = parse(command);
  const [statement, ...others] = script.commands;
  if (!statement || others.length > 0 || script.errors?.length || statement.background) return null;
  const call = statement.command;
  if (call.type !== 'Command' || call.prefix.length > 0) return null;
  if (call.name?.text !== 'swarm') return null;
  // The parser passes over a parenthesis that is never closed.
  if (command.slice(call.name.end, call.suffix[0]?.pos).includes('(')) return null;

  const args: string[] = [];
  let input: string | null = null;
  for (const item of call.suffix) {
    if (item.type === 'Word' && isLiteralWord(item)) {
      args.push(item.value);
    } else if (item.type === 'HereDoc' && input === null && !item.descriptor && item.closing) {
      // Without quotes the shell expands it, and after `<<-` it takes out leading tabs.
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

/** Where the shell puts a home directory, and zsh the path of a command for `=`. */
const TILDE = /^[~=]|^[^'"\\]*[=:]~/;

/**
 * What zsh alone expands, such as `$=name` and `$~name`, and an old arithmetic expansion, which the
 * parser takes for text when its end is missing.
 */
const DOLLAR = /(?<!\\)(?:\\\\)*\$[^\s"]/;

/** Whether the shell takes a word as it stands. */
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
