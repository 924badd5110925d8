import { type Command, Option } from 'commander';
import { SwarmError } from '../../errors/swarm-error.ts';
import type { CliContext } from '../cli-context.ts';
import { declareCommand } from '../declare-command.ts';
import { readStdin } from '../read-input.ts';

export function addResultCommand(program: Command, context: CliContext): void {
  declareCommand(program, 'result')
    .addOption(new Option('--stored <path>', 'confirm a report that a hook has stored').hideHelp())
    .action(async (name: string, source: string | undefined, options: { stored?: string }) => {
      const { findStoredReport, storeReport } = await import('../../operations/store-report.ts');
      const host = await context.host();
      if (options.stored !== undefined) {
        const { bytes, path } = findStoredReport(host, name, options.stored);
        return context.print(`stored ${bytes} bytes in ${path}; now end with a short abstract`);
      }
      assertStdin(name, source);
      const text = readStdin('a report', context).toString('utf8');
      const author = context.env.SWARM_ATTEMPT;
      const { report, isLate } = storeReport(host, name, text, author);
      context.print(
        isLate
          ? `too late to change the task's outcome: kept as ${report.path}`
          : `stored ${report.bytes} bytes in ${report.path}; now end with a short abstract`,
      );
    });
}

/** @throws {SwarmError} unless stdin is named as the source */
function assertStdin(name: string, source: string | undefined): void {
  if (source === '-') return;
  const found = source === undefined ? 'nothing' : `"${source}"`;
  throw new SwarmError(
    `expected "-" and the report on stdin, found ${found}: swarm result ${name} - <<'EOF'`,
  );
}
