import type { Command } from 'commander';
import { printAnswer } from '../answer.ts';
import type { CliContext } from '../cli-context.ts';
import { declareCommand, type JsonFlag, jsonOption } from '../declare-command.ts';
import { reconcile } from '../reconcile.ts';

export function addResumeCommand(program: Command, context: CliContext): void {
  declareCommand(program, 'resume')
    .addOption(jsonOption())
    .action(async (name: string | undefined, { json = false }: JsonFlag) => {
      const { findRun } = await import('../../operations/find-run.ts');
      const host = await context.host();
      const run = findRun(host, name);
      // In a conversation it would block the turn; there `swarm run` is started in the background.
      if (run.state.supervision.options && context.session === null) {
        const { continueRun } = await import('../headless/execute.ts');
        return continueRun(run, { json }, context);
      }
      const { resumeRun } = await import('../../operations/resume-run.ts');
      const { describeRun } = await import('../../view/terminal/describe-run.ts');
      const { launchesOf } = await import('../../view/prompts/next-step.ts');
      const { resumePrompt } = await import('../../view/prompts/result-prompts.ts');
      const result = resumeRun(run, host);
      const state = await reconcile(run.state, context);
      const text = () =>
        context.session ? resumePrompt(result, run.state, host.isPlugin) : describeRun(state);
      const document = { ...result, launch: launchesOf(run.state, host.isPlugin) };
      printAnswer({ document, text }, json, context);
    });
}
