import type { Command } from 'commander';
import type { CliContext } from '../cli-context.ts';
import { declareCommand } from '../declare-command.ts';

export function addRetryCommand(program: Command, context: CliContext): void {
  declareCommand(program, 'retry').action(async (name: string) => {
    const { retryTasks } = await import('../../operations/retry-run.ts');
    context.print(retryTasks(await context.host(), name));
  });
}
