import type { Command } from 'commander';
import type { CliContext } from '../cli-context.ts';
import { declareCommand } from '../declare-command.ts';

export function addCancelCommand(program: Command, context: CliContext): void {
  declareCommand(program, 'cancel').action(async (name: string) => {
    const { cancelRun } = await import('../../operations/cancel-run.ts');
    context.print(cancelRun(await context.host(), name));
  });
}
