import type { Command } from 'commander';
import { EXIT } from '../../errors/swarm-error.ts';
import type { CliContext } from '../cli-context.ts';
import { declareCommand, jsonOption } from '../declare-command.ts';
import { readPlan } from '../read-input.ts';

interface PlanFlags {
  check?: boolean;
  json?: boolean;
}

export function addPlanCommand(program: Command, context: CliContext): void {
  declareCommand(program, 'plan')
    .option('--check', 'only check the plan; create no run')
    .addOption(jsonOption())
    .action(async (file: string, { check = false, json = false }: PlanFlags) => {
      const { submitPlan } = await import('../../operations/submit-plan.ts');
      const { session, stdout, print, printError } = context;
      const outcome = submitPlan(await context.host(), {
        ...readPlan(file, context),
        check,
        isForPerson: session === null && stdout.isTTY === true,
      });
      if (json) print(JSON.stringify(outcome.document));
      else if (outcome.findings.length === 0) print(outcome.text);
      if (outcome.findings.length === 0) return;
      printError(outcome.text);
      context.process.setExitCode(EXIT.badInput);
    });
}
