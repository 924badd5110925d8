import type { Command } from 'commander';
import { printAnswer } from '../answer.ts';
import type { CliContext } from '../cli-context.ts';
import { declareCommand, type JsonFlag, jsonOption } from '../declare-command.ts';

export function addCancelCommand(program: Command, context: CliContext): void {
  declareCommand(program, 'cancel')
    .addOption(jsonOption())
    .action(async (name: string, { json }: JsonFlag) => {
      const { findTarget } = await import('../../operations/find-run.ts');
      const { cancelRun } = await import('../../operations/cancel-run.ts');
      const { describeCancel } = await import('../../view/describe-results.ts');
      const { cancelPrompt } = await import('../../view/prompts/result-prompts.ts');
      const host = await context.host();
      const { run, task } = findTarget(host, name);
      const result = cancelRun(run, task, host);
      const text = () => (context.session ? cancelPrompt(result) : describeCancel(result));
      printAnswer({ document: result, text }, json, context);
    });
}
