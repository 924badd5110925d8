import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CliContext } from '../cli-context.ts';
import { declareCommand, jsonOption } from '../declare-command.ts';
import type { ListFlags } from '../quick/list.ts';

const STATUSES = ['working', 'input_required', 'completed', 'failed', 'cancelled'];

export function addListCommand(program: Command, context: CliContext): void {
  declareCommand(program, 'list')
    .option('--limit <n>', 'only the newest so many', wholeNumber)
    .addOption(new Option('--status <status>', 'only runs with this status').choices(STATUSES))
    .addOption(jsonOption())
    .action(async (flags: ListFlags) => {
      const { list } = await import('../quick/list.ts');
      await list(context, flags);
    });
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError('expected a whole number from 1.');
}
