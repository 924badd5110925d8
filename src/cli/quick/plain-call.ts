import type { CommandName } from '../../commands/command-rights.ts';
import { COMMAND_TABLE } from '../../commands/command-table.ts';

/** The commands that are called most: by agents, and by programs that wait for their answer. */
const QUICK = ['checkpoint', 'result', 'status', 'list'] as const satisfies readonly CommandName[];
export type QuickCommand = (typeof QUICK)[number];

/** A call that needs no parser: a command, its arguments in order, and `--json` at most. */
export interface PlainCall {
  command: QuickCommand;
  args: readonly string[];
  json: boolean;
}

/**
 * Reads the arguments of a call if they are plain. Whatever else they are, such as another option, a
 * wrong number of them or a call for help, is left to the parser.
 * @param isTerminal whether the answer is shown on a terminal, where `swarm status` may follow a run
 */
export function readPlainCall(
  argv: readonly string[],
  isTerminal: () => boolean,
): PlainCall | null {
  const [name, ...rest] = argv;
  const command = QUICK.find((one) => one === name);
  if (command === undefined) return null;
  const args = rest.filter((argument) => argument !== '--json');
  const json = args.length < rest.length;
  if (args.some(isOption) || !isComplete(command, args.length)) return null;
  if (command === 'status' && !json && isTerminal()) return null;
  return { command, args, json };
}

function isOption(argument: string): boolean {
  return argument.startsWith('-') && argument !== '-';
}

/** Whether a command takes so many arguments. */
function isComplete(command: QuickCommand, count: number): boolean {
  const args = COMMAND_TABLE.find(({ name }) => name === command)?.args ?? '';
  const declared = args.split(' ').filter(Boolean);
  const required = declared.filter((argument) => argument.startsWith('<'));
  return count >= required.length && count <= declared.length;
}
