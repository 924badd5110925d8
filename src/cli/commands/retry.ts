import type { Command } from 'commander';
import { printAnswer } from '../answer.ts';
import type { CliContext } from '../cli-context.ts';
import { declareCommand, type JsonFlag, jsonOption } from '../declare-command.ts';
import { reconcile } from '../reconcile.ts';

export function addRetryCommand(program: Command, context: CliContext): void {
  declareCommand(program, 'retry')
    .addOption(jsonOption())
    .action(async (name: string, { json }: JsonFlag) => {
      const { findTarget } = await import('../../operations/find-run.ts');
      const { retryTasks } = await import('../../operations/retry-run.ts');
      const { describeRetry } = await import('../../view/terminal/describe-results.ts');
      const { retryPrompt } = await import('../../view/prompts/result-prompts.ts');
      const host = await context.host();
      const { run, task } = findTarget(host, name);
      const result = retryTasks(run, task, host);
      const state = await reconcile(run.state, context);
      const text = () =>
        context.session
          ? retryPrompt(result, run.state, host.isPlugin)
          : describeRetry(result, state);
      printAnswer({ document: result, text }, json, context);
    });
}
