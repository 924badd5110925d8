import type { Command } from 'commander';
import type { CliContext } from '../cli-context.ts';
import { declareCommand } from '../declare-command.ts';

export function addResumeCommand(program: Command, context: CliContext): void {
  declareCommand(program, 'resume').action(async (name: string | undefined) => {
    const { findRun } = await import('../../operations/find-run.ts');
    const host = await context.host();
    const run = findRun(host, name);
    // In a conversation it would block the turn; there `swarm run` is started in the background.
    if (run.state.supervision.options && context.session === null) {
      const { continueRun } = await import('../headless/execute.ts');
      return continueRun(run, context);
    }
    const { resumeRun } = await import('../../operations/cancel-run.ts');
    context.print(resumeRun(host, name));
  });
}
