import type { Command } from 'commander';
import { printAnswer } from '../answer.ts';
import type { CliContext } from '../cli-context.ts';
import { declareCommand, type JsonFlag, jsonOption } from '../declare-command.ts';

export function addCheckpointCommand(program: Command, context: CliContext): void {
  declareCommand(program, 'checkpoint')
    .addOption(jsonOption())
    .action(async (name: string, percent: string, message: string, { json }: JsonFlag) => {
      const { recordCheckpoint } = await import('../../operations/record-checkpoint.ts');
      const { describeCheckpoint } = await import('../../view/terminal/describe-results.ts');
      const result = recordCheckpoint(await context.host(), name, percent, message);
      printAnswer({ document: result, text: () => describeCheckpoint(result) }, json, context);
    });
}
