import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ListedRun } from '../../operations/list-runs.ts';
import type { CliContext } from '../cli-context.ts';
import { declareCommand, jsonOption } from '../declare-command.ts';
import { columnsOf } from '../live-status.ts';

const STATUSES = ['working', 'input_required', 'completed', 'failed', 'cancelled'];

interface ListFlags {
  json?: boolean;
  limit?: number;
  status?: string;
}

export function addListCommand(program: Command, context: CliContext): void {
  declareCommand(program, 'list')
    .option('--limit <n>', 'only the newest so many', wholeNumber)
    .addOption(new Option('--status <status>', 'only runs with this status').choices(STATUSES))
    .addOption(jsonOption())
    .action(async ({ json = false, limit, status }: ListFlags) => {
      const { listAllRuns } = await import('../../operations/list-runs.ts');
      const isWanted = (row: ListedRun) =>
        status === undefined || ('status' in row && row.status === status);
      // Without a status, no more runs are read than are shown.
      const all = listAllRuns(await context.host(), status === undefined ? limit : undefined);
      const rows = all.filter(isWanted).slice(0, limit);
      if (json) return context.print(JSON.stringify(rows, null, 2));
      const { renderList } = await import('../../view/terminal/render-list.ts');
      context.print(renderList(rows, context.root(), columnsOf(context)));
    });
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError('expected a whole number from 1.');
}
