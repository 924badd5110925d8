import { type Command, Option } from 'commander';
import { SwarmError } from '../../errors/swarm-error.ts';
import { printAnswer } from '../answer.ts';
import type { CliContext } from '../cli-context.ts';
import { declareCommand, type JsonFlag, jsonOption } from '../declare-command.ts';
import { readStdin } from '../read-input.ts';

interface ResultFlags extends JsonFlag {
  stored?: string;
}

export function addResultCommand(program: Command, context: CliContext): void {
  declareCommand(program, 'result')
    .addOption(new Option('--stored <path>', 'confirm a report that a hook has stored').hideHelp())
    .addOption(jsonOption())
    .action(async (name: string, source: string | undefined, { stored, json }: ResultFlags) => {
      const { findStoredReport, storeReport } = await import('../../operations/store-report.ts');
      const { describeReport } = await import('../../view/terminal/describe-results.ts');
      const host = await context.host();
      const author = context.env.SWARM_ATTEMPT;
      const result =
        stored === undefined
          ? storeReport(host, name, readReport(name, source, context), author)
          : findStoredReport(host, name, stored);
      printAnswer({ document: result, text: () => describeReport(result) }, json, context);
    });
}

/** @throws {SwarmError} unless stdin is named as the source */
function readReport(name: string, source: string | undefined, context: CliContext): string {
  if (source === '-') return readStdin('a report', context).toString('utf8');
  const found = source === undefined ? 'nothing' : `"${source}"`;
  throw new SwarmError(
    `expected "-" and the report on stdin, found ${found}: swarm result ${name} - <<'EOF'`,
  );
}
