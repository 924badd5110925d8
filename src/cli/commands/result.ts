import { type Command, Option } from 'commander';
import type { CliContext } from '../cli-context.ts';
import { declareCommand, type JsonFlag, jsonOption } from '../declare-command.ts';

interface ResultFlags extends JsonFlag {
  stored?: string;
}

export function addResultCommand(program: Command, context: CliContext): void {
  declareCommand(program, 'result')
    .addOption(new Option('--stored <path>', 'confirm a report that a hook has stored').hideHelp())
    .addOption(jsonOption())
    .action(async (name: string, source: string | undefined, flags: ResultFlags) => {
      const { result } = await import('../quick/result.ts');
      await result(context, { name, source }, flags);
    });
}
