import type { Command } from 'commander';
import { printAnswer } from '../answer.ts';
import type { CliContext } from '../cli-context.ts';
import { declareCommand, type JsonFlag, jsonOption } from '../declare-command.ts';
import { reconcile } from '../reconcile.ts';

interface RerunFlags extends JsonFlag {
  withDependents?: boolean;
}

export function addRerunCommand(program: Command, context: CliContext): void {
  declareCommand(program, 'rerun')
    .option('--with-dependents', 'also the tasks that need it')
    .addOption(jsonOption())
    .action(async (name: string, { withDependents = false, json }: RerunFlags) => {
      const { findTask } = await import('../../operations/find-run.ts');
      const { rerunTask } = await import('../../operations/tasks/rerun-task.ts');
      const { describeRetry } = await import('../../view/terminal/describe-results.ts');
      const { retryPrompt } = await import('../../view/prompts/result-prompts.ts');
      const host = await context.host();
      const { run, ref } = findTask(host, name);
      const result = rerunTask(run, ref.task, withDependents, host);
      const state = await reconcile(run.state, context);
      const text = () =>
        context.session
          ? retryPrompt(result, run.state, host.isPlugin)
          : describeRetry(result, state);
      printAnswer({ document: result, text }, json, context);
    });
}
