import type { Command } from 'commander';
import type { CliContext } from '../cli-context.ts';
import { declareCommand } from '../declare-command.ts';

export function addCancelCommand(program: Command, context: CliContext): void {
  declareCommand(program, 'cancel').action(async (name: string) => {
    const { cancelRun } = await import('../../operations/cancel-run.ts');
    const { spawnNotifier } = await import('../../notify/spawn-notifier.ts');
    const { now, session } = context;
    const isInSession = session !== null;
    context.print(
      cancelRun(context.root(), name, { now, startNotifier: spawnNotifier, isInSession }),
    );
  });
}
