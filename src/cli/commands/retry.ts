import type { Command } from 'commander';
import type { CliContext } from '../cli-context.ts';
import { declareCommand, type JsonFlag, jsonOption } from '../declare-command.ts';
import { printRetry } from '../print-retry.ts';
import { dollars, tokens } from '../read-amount.ts';

interface RetryFlags extends JsonFlag {
  budgetUsd?: number;
  budgetTokens?: number;
}

export function addRetryCommand(program: Command, context: CliContext): void {
  declareCommand(program, 'retry')
    .option('--budget-usd <dollars>', 'raise the budget of the run, such as 7.50', dollars)
    .option('--budget-tokens <tokens>', 'raise the budget of the run, such as 2000000', tokens)
    .addOption(jsonOption())
    .action(async (name: string, { json, budgetUsd: usd, budgetTokens }: RetryFlags) => {
      const { findTarget } = await import('../../operations/find-run.ts');
      const { retryTasks } = await import('../../operations/retry-run.ts');
      const host = await context.host();
      const { run, task } = findTarget(host, name);
      if (usd !== undefined || budgetTokens !== undefined) {
        const { raiseBudget } = await import('../../operations/raise-budget.ts');
        const ofTokens = budgetTokens === undefined ? {} : { tokens: budgetTokens };
        raiseBudget(run, { ...(usd === undefined ? {} : { usd }), ...ofTokens }, host);
      }
      await printRetry(run, retryTasks(run, task, host), json, context);
    });
}
