import type { Command } from 'commander';
import { SwarmError } from '../../errors/swarm-error.ts';
import type { CliContext } from '../cli-context.ts';
import { declareCommand } from '../declare-command.ts';

export function addSummaryCommand(program: Command, context: CliContext): void {
  declareCommand(program, 'summary')
    .option('--max-chars <n>', 'shorten to about this many characters; no task is left out')
    .action(async (name: string | undefined, options: { maxChars?: string }) => {
      const { readSummary } = await import('../../operations/read-summary.ts');
      const maxChars = readMaxChars(options.maxChars);
      context.print(readSummary(await context.host(), name, maxChars, context.warn));
    });
}

/** @throws {SwarmError} when it is no positive whole number */
function readMaxChars(text: string | undefined): number | null {
  if (text === undefined) return null;
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new SwarmError(`--max-chars: expected a positive whole number, found "${text}"`);
}
