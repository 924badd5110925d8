import type { Command } from 'commander';
import type { CliContext } from '../cli-context.ts';
import { declareCommand } from '../declare-command.ts';

export function addPruneCommand(program: Command, context: CliContext): void {
  declareCommand(program, 'prune')
    .option('--force', 'also remove worktrees with changes that exist nowhere else')
    .action(async ({ force = false }: { force?: boolean }) => {
      const { prune, renderPrune } = await import('../../worktrees/prune.ts');
      context.print(renderPrune(await prune(context.root(), force, context.now)));
    });
}
