import type { Command } from 'commander';
import { printAnswer } from '../../answer.ts';
import type { CliContext } from '../../cli-context.ts';
import { declareCommand, type JsonFlag, jsonOption } from '../../declare-command.ts';

export function addInitCommand(program: Command, context: CliContext): void {
  declareCommand(program, 'init')
    .addOption(jsonOption())
    .action(async ({ json }: JsonFlag) => {
      const { initProject } = await import('../../../operations/setup/init-project.ts');
      const result = initProject(context.root());
      const text = () =>
        [
          ...result.written.map((file) => `wrote ${file}`),
          ...result.kept.map((file) => `kept ${file}, which exists`),
          'Next: edit plan.md, then `swarm plan --check plan.md` and `swarm run plan.md`',
        ].join('\n');
      printAnswer({ document: result, text }, json, context);
    });
}
