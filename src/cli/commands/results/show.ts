import type { Command } from 'commander';
import { printAnswer } from '../../answer.ts';
import type { CliContext } from '../../cli-context.ts';
import { declareCommand, type JsonFlag, jsonOption } from '../../declare-command.ts';
import { painter } from '../../painter.ts';
import { reconcile } from '../../reconcile.ts';

export function addShowCommand(program: Command, context: CliContext): void {
  declareCommand(program, 'show')
    .addOption(jsonOption())
    .action(async (name: string, { json }: JsonFlag) => {
      const { findTask } = await import('../../../operations/find-run.ts');
      const { showTask } = await import('../../../operations/tasks/show-task.ts');
      const { renderTask } = await import('../../../view/terminal/render-task.ts');
      const { run, ref } = findTask(await context.host(), name);
      const state = await reconcile(run.state, context);
      const document = showTask({ ...run, state }, ref.task);
      const { paint } = await painter();
      printAnswer(
        { document, text: () => renderTask(document, run.paths.dir, paint) },
        json,
        context,
      );
    });
}
