import type { Command } from 'commander';
import type { CliContext } from '../cli-context.ts';
import { declareCommand } from '../declare-command.ts';

export function addResumeCommand(program: Command, context: CliContext): void {
  declareCommand(program, 'resume').action(async (name: string | undefined) => {
    const { findRun } = await import('../../operations/find-run.ts');
    const root = context.root();
    const run = findRun(root, name);
    const { session, isPlugin, now } = context;
    // In a conversation it would block the turn; there `swarm run` is started in the background.
    if (run.state.supervision.options && session === null) {
      const { continueRun } = await import('../headless/execute.ts');
      return continueRun(run, context);
    }
    const { resumeRun } = await import('../../operations/cancel-run.ts');
    const { isAlive } = await import('../../platform/process-identity.ts');
    const { spawnNotifier } = await import('../../notify/spawn-notifier.ts');
    context.print(
      resumeRun(root, name, session, isPlugin, { now, isAlive, startNotifier: spawnNotifier }),
    );
  });
}
