import type { Command } from 'commander';
import type { CliContext } from '../cli-context.ts';
import { declareCommand, type JsonFlag, jsonOption } from '../declare-command.ts';

export function addCheckpointCommand(program: Command, context: CliContext): void {
  declareCommand(program, 'checkpoint')
    .addOption(jsonOption())
    .action(async (name: string, percent: string, message: string, flags: JsonFlag) => {
      const { checkpoint } = await import('../quick/checkpoint.ts');
      await checkpoint(context, { name, percent, message }, flags);
    });
}
