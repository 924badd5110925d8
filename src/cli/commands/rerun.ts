import type { Command } from 'commander';
import type { CliContext } from '../cli-context.ts';
import { declareCommand, type JsonFlag, jsonOption } from '../declare-command.ts';
import { printRetry } from '../print-retry.ts';

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
      const host = await context.host();
      const { run, ref } = findTask(host, name);
      const result = rerunTask(run, ref.task, withDependents, host);
      await printRetry(run, result, json, context);
    });
}
