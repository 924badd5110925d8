import type { Command } from 'commander';
import type { CliContext } from '../../cli-context.ts';
import { declareCommand, jsonOption } from '../../declare-command.ts';
import type { MergeFlags } from '../../headless/merge.ts';

export function addMergeCommand(program: Command, context: CliContext): void {
  declareCommand(program, 'merge')
    .option('--into <branch>', 'begin at this branch of yours (default: where the run began)')
    .option('--check <command>', 'run after each merge; a command, or a name of the configuration')
    .option('--resolve', 'have an agent resolve each conflict, held to the check')
    .option('--dry-run', 'say what would conflict, and change nothing')
    .addOption(jsonOption())
    .action(async (name: string | undefined, flags: MergeFlags) => {
      const { mergeInTerminal } = await import('../../headless/merge.ts');
      await mergeInTerminal(name, flags, context);
    });
}
