import type { Command } from 'commander';
import type { CliContext } from '../cli-context.ts';
import { declareCommand, type JsonFlag, jsonOption } from '../declare-command.ts';

interface PruneFlags extends JsonFlag {
  force?: boolean;
}

export function addPruneCommand(program: Command, context: CliContext): void {
  declareCommand(program, 'prune')
    .option('--force', 'also remove worktrees with changes that exist nowhere else')
    .addOption(jsonOption())
    .action(async ({ force = false, json }: PruneFlags) => {
      const { prune } = await import('../../worktrees/prune.ts');
      const { renderPrune } = await import('../../view/terminal/render-prune.ts');
      const result = await prune(await context.host(), force);
      context.print(json ? JSON.stringify(result) : renderPrune(result));
    });
}
