import type { Command } from 'commander';
import type { CliContext } from '../cli-context.ts';
import { declareCommand, jsonOption } from '../declare-command.ts';
import { columnsOf } from '../live-status.ts';

export function addListCommand(program: Command, context: CliContext): void {
  declareCommand(program, 'list')
    .addOption(jsonOption())
    .action(async ({ json = false }: { json?: boolean }) => {
      const { listAllRuns } = await import('../../operations/list-runs.ts');
      const rows = listAllRuns(await context.host());
      if (json) return context.print(JSON.stringify(rows, null, 2));
      const { renderList } = await import('../../view/terminal/render-list.ts');
      context.print(renderList(rows, context.root(), columnsOf(context)));
    });
}
