import type { Command } from 'commander';
import { EXIT, SwarmError } from '../../errors/swarm-error.ts';
import type { PlanResult } from '../../operations/plans/submit-plan.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import type { CliContext } from '../cli-context.ts';
import { declareCommand, type JsonFlag, jsonOption } from '../declare-command.ts';
import { readPlan } from '../read-input.ts';
import { requireHooks } from '../require-hooks.ts';

interface PlanFlags extends JsonFlag {
  example?: boolean;
  into?: string;
  check?: boolean;
  allowChecks?: boolean;
}

export function addPlanCommand(program: Command, context: CliContext): void {
  declareCommand(program, 'plan')
    .option('--example', 'print a plan to begin with')
    .option('--into <run>', 'add its tasks to an open run, and change those not begun')
    .option('--check', 'only check the plan; create no run')
    .option('--allow-checks', 'the person has seen the commands of the checks')
    .addOption(jsonOption())
    .action(async (file: string, flags: PlanFlags) => {
      if (flags.example) {
        const { EXAMPLE_PLAN } = await import('../../view/example-plan.ts');
        return context.print(EXAMPLE_PLAN);
      }
      const { check: isCheck = false, allowChecks: mayCheck = false, json = false } = flags;
      if (flags.into !== undefined) {
        const { amend } = await import('./amend.ts');
        return amend({ file, into: flags.into }, { isCheck, mayCheck, json }, context);
      }
      const { submitPlan } = await import('../../operations/plans/submit-plan.ts');
      const { renderFindings } = await import('../../view/terminal/render-plan.ts');
      // Claude will launch agents from this session.
      if (context.session !== null && !isCheck) await requireHooks(context);
      const input = readPlan(file, context);
      const { env } = context;
      const submission = { host: await context.host(), env, isCheck, mayCheck };
      const result = submitPlan(input.source, submission);
      if (result.outcome === 'created') await keepFiles(result.run, context);
      if (json) context.print(JSON.stringify(await toDocument(result, context)));
      if (result.outcome === 'invalid') {
        const { findings, complaints } = result;
        context.printError(renderFindings(input.file, findings, complaints));
        context.process.setExitCode(EXIT.badInput);
      } else if (!json) {
        context.print(await toText(result, context));
      }
    });
}

/** Keeps the files as they are before the agents begin, for `swarm diff` and `swarm restore`. */
async function keepFiles(run: RunHandle, context: CliContext): Promise<void> {
  const { isAnyWriting, takeSnapshot } = await import('../../worktrees/snapshots/take-snapshot.ts');
  const { locateWorktree } = await import('../../platform/repository-paths.ts');
  if (!isAnyWriting(run.state)) return;
  const host = await context.host();
  try {
    const checkout = locateWorktree(host.root, context.cwd) ?? host.root;
    await takeSnapshot(run, { host, checkout, isForced: true });
  } catch (error) {
    if (!(error instanceof SwarmError)) throw error;
    context.warn(`no snapshot was taken: ${error.message}`);
  }
}

async function toDocument(result: PlanResult, context: CliContext): Promise<object> {
  if (result.outcome === 'invalid') return { findings: result.findings };
  const notes = await notesOn(result, context);
  const noted = notes.length > 0 ? { notes } : {};
  if (result.outcome === 'valid') return { waves: result.waves, findings: [], ...noted };
  const { launchesOf } = await import('../../view/prompts/next-step.ts');
  const { state, paths } = result.run;
  const { run, dir } = paths;
  return { run, dir, waves: result.waves, launch: launchesOf(state, context.isPlugin), ...noted };
}

/** What of a plan the session that submits it cannot do. */
async function notesOn(
  result: Exclude<PlanResult, { outcome: 'invalid' }>,
  { session }: CliContext,
): Promise<string[]> {
  if (session === null) return [];
  const { describeUnusableModels } = await import('../../view/describe-models.ts');
  const { describeUncertainBudget } = await import('../../view/terminal/describe-budget.ts');
  const { policy } = result.outcome === 'valid' ? result : result.run.state.opened;
  const budget = describeUncertainBudget(result.plan);
  return [...describeUnusableModels(result.plan.tasks, policy), ...(budget ? [budget] : [])];
}

async function toText(
  result: Exclude<PlanResult, { outcome: 'invalid' }>,
  context: CliContext,
): Promise<string> {
  const { session, stdout, isPlugin } = context;
  const { renderPlan } = await import('../../view/terminal/render-plan.ts');
  const notes = (await notesOn(result, context)).map((line) => `note: ${line}`);
  const text = [renderPlan(result.plan, result.waves), ...notes].join('\n');
  if (result.outcome === 'valid') return text;
  const { describeHowToResume, launchesOf } = await import('../../view/prompts/next-step.ts');
  const { launchPrompt } = await import('../../view/prompts/result-prompts.ts');
  const { run } = result;
  const { estimateRun } = await import('../../operations/plans/estimate-run.ts');
  const estimate = estimateRun(run, false, run.state.opened.budgetUsd ?? null);
  // Outside of a session no agent can be launched by a call, but a program may read the calls.
  const isForPerson = session === null && stdout.isTTY === true;
  return [
    `run ${run.paths.run}`,
    text,
    ...(estimate ? [estimate] : []),
    ...(isForPerson ? [] : ['', launchPrompt(run.paths.run, launchesOf(run.state, isPlugin))]),
    ...(session === null ? ['', describeHowToResume(run.state)] : []),
  ].join('\n');
}
