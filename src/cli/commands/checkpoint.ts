import type { Command } from 'commander';
import type { CliContext } from '../cli-context.ts';
import { declareCommand } from '../declare-command.ts';

export function addCheckpointCommand(program: Command, context: CliContext): void {
  declareCommand(program, 'checkpoint').action(
    async (name: string, text: string, message: string) => {
      const { recordCheckpoint } = await import('../../operations/record-checkpoint.ts');
      const { percent, isBehind } = recordCheckpoint(await context.host(), name, text, message);
      context.print(
        isBehind ? `recorded; progress cannot decrease, still at ${percent}%` : `${percent}%`,
      );
    },
  );
}
