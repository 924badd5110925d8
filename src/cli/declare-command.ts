import { type Command, Option } from 'commander';
import type { CommandName } from '../commands/command-rights.ts';
import { COMMAND_GROUPS, COMMAND_TABLE, type SwarmCommand } from '../commands/command-table.ts';
import { HELP } from './help.ts';

const RUN = 'a run id or a part of it, see `swarm list` (default: the newest run)';
const RUN_OR_TASK = 'a run id, <run-id>/<task-id>, or a task of the newest run';

/** What is said of an argument in the help, and its value where it is left out. */
const ARGUMENTS: Readonly<Record<string, readonly [description: string, fallback?: string]>> = {
  '[file]': ['the plan; "-" reads stdin', '-'],
  '[run]': [RUN],
  '<run>': ['a run id, or its beginning or end'],
  '<plan|run|->': ['a plan file, a run id or a part of one, or "-" for stdin'],
  '<run[/task]>': [RUN_OR_TASK],
  '[run[/task]]': [`${RUN_OR_TASK} (left out: a terminal asks which run)`],
  '[target]': [`${RUN_OR_TASK} (default: the newest run)`],
  '<shell>': ['bash, zsh or fish'],
  '<run/task>': ['<run-id>/<task-id>, or a task of the newest run'],
  '[dir]': ['the repository', '.'],
  '<percent>': ['a whole number from 0 to 100'],
  '<message>': ['what has been done, in one line'],
  '<action>': ['what to do; the actions are below'],
  '[name]': ['a name in the configuration'],
  '[source]': ['only "-": the report is read from stdin'],
};

/** Declares a command as the table describes it; its options and its action are left to the caller. */
export function declareCommand(program: Command, name: CommandName): Command {
  const { args, summary, group } = rowOf(name);
  const command = program
    .command(name, { hidden: group === 'internal' })
    .description(summary)
    .helpGroup(COMMAND_GROUPS[group])
    .showHelpAfterError(`(see \`swarm ${name} --help\`)`);
  for (const argument of args.split(' ').filter(Boolean)) {
    const [description, fallback] = ARGUMENTS[argument] ?? [];
    command.argument(argument, description ?? '', fallback);
  }
  const help: string | undefined = HELP[name as keyof typeof HELP];
  return help === undefined ? command : command.addHelpText('after', help);
}

/** The row of a command in the table. */
export function rowOf(name: CommandName): SwarmCommand {
  const row = COMMAND_TABLE.find((one) => one.name === name);
  if (!row) throw new Error(`no command ${name} is in the table`);
  return row;
}

/** The flags of a command that takes `--json`. */
export interface JsonFlag {
  json?: boolean;
}

/** `--json`, for a command that answers with one document. */
export function jsonOption(): Option {
  return new Option('--json', 'print only JSON on stdout');
}

/** `--json`, for a command that answers with one object a line. */
export function jsonLinesOption(): Option {
  return new Option('--json', 'print only JSON on stdout, one object per line');
}
