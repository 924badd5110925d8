import type { Command } from 'commander';
import { SwarmError } from '../../errors/swarm-error.ts';
import { printAnswer } from '../answer.ts';
import type { CliContext } from '../cli-context.ts';
import { declareCommand, type JsonFlag, jsonOption } from '../declare-command.ts';

interface SummaryFlags extends JsonFlag {
  maxChars?: string;
}

export function addSummaryCommand(program: Command, context: CliContext): void {
  declareCommand(program, 'summary')
    .option('--max-chars <n>', 'shorten to about this many characters; no task is left out')
    .addOption(jsonOption())
    .action(async (name: string | undefined, { maxChars, json }: SummaryFlags) => {
      const { findRun } = await import('../../operations/find-run.ts');
      const { readSummary } = await import('../../operations/read-summary.ts');
      const limit = readMaxChars(maxChars);
      const host = await context.host();
      const run = findRun(host, name);
      const document = readSummary(run, limit, host, context.warn);
      if (context.session !== null) {
        const { awaitWatches } = await import('../await-watches.ts');
        await awaitWatches(run);
      }
      printAnswer({ document, text: () => document.text }, json, context);
    });
}

/** @throws {SwarmError} when it is no positive whole number */
function readMaxChars(text: string | undefined): number | null {
  if (text === undefined) return null;
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new SwarmError(`--max-chars: expected a positive whole number, found "${text}"`);
}
