import { once } from 'node:events';
import type { Command } from 'commander';
import type { CliContext } from '../cli-context.ts';
import { declareCommand } from '../declare-command.ts';

/** `swarm guard`, which `swarm run` starts beside itself. */
export function addGuardCommand(program: Command, context: CliContext): void {
  declareCommand(program, 'guard').action(async (run: string, supervisor: string) => {
    if (!context.stdin.readableEnded) await once(context.stdin.resume(), 'end');
    const { runReaper } = await import('../../supervisor/reap-orphans.ts');
    const { runPaths } = await import('../../store/run-paths.ts');
    await runReaper(runPaths(context.root(), run), supervisor, await context.host());
  });
}
