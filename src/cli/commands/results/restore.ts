import { type Command, Option } from 'commander';
import { EXIT } from '../../../errors/swarm-error.ts';
import type { RestoreDocument } from '../../../view/results.ts';
import { printAnswer } from '../../answer.ts';
import { askYesNo, canAsk } from '../../ask.ts';
import type { CliContext } from '../../cli-context.ts';
import { declareCommand, type JsonFlag, jsonOption } from '../../declare-command.ts';
import { firstCalls } from './first-calls.ts';

interface RestoreFlags extends JsonFlag {
  task?: string[];
  partial?: boolean;
  dryRun?: boolean;
  yes?: boolean;
}

export function addRestoreCommand(program: Command, context: CliContext): void {
  declareCommand(program, 'restore')
    .addOption(new Option('--task <id...>', 'only what these tasks changed'))
    .option('--partial', 'leave files that others changed too as they are')
    .option('--dry-run', 'say what would be done, and change nothing')
    .option('-y, --yes', 'restore without asking')
    .addOption(jsonOption())
    .action((name: string | undefined, flags: RestoreFlags) => restore(name, flags, context));
}

async function restore(
  name: string | undefined,
  flags: RestoreFlags,
  context: CliContext,
): Promise<void> {
  const { findRun, taskOf } = await import('../../../operations/find-run.ts');
  const { planRestoration, restoreDocument, restoreRun } = await import(
    '../../../worktrees/snapshots/restore-run.ts'
  );
  const { describeRestore } = await import('../../../view/terminal/describe-restore.ts');
  const { task: tasks = [], json } = flags;
  const host = await context.host();
  const run = findRun(host, name);
  for (const task of tasks) taskOf(run, task);
  const found = await planRestoration(run, tasks, {
    host,
    firstCall: await firstCalls(context),
  });
  const plan = restoreDocument(run, tasks, found, 'not_confirmed');
  const outcome = await decide(plan, flags, context);
  if (outcome === 'restored') await restoreRun(run, found, { host });
  const isOnlyShown = flags.dryRun === true && outcome === 'not_confirmed';
  const isDone = outcome === 'restored' || outcome === 'nothing_to_restore';
  if (!isDone && !isOnlyShown) context.process.setExitCode(EXIT.notCompleted);
  const document: RestoreDocument = { ...plan, outcome };
  const text = () => (isOnlyShown ? 'nothing was changed' : describeRestore(document));
  printAnswer({ document, text }, json, context);
}

/** Shows what would be done, and asks the person unless they said yes before. */
async function decide(
  plan: RestoreDocument,
  { partial = false, dryRun = false, yes = false, json = false }: RestoreFlags,
  context: CliContext,
): Promise<RestoreDocument['outcome']> {
  const { describeRefusal, describeRestorePlan } = await import(
    '../../../view/terminal/describe-restore.ts'
  );
  const { files, blocked } = plan;
  if (files.length === 0 && blocked.length === 0) return 'nothing_to_restore';
  const isRefused = blocked.length > 0 && (!partial || files.length === 0);
  const describe = isRefused ? describeRefusal : describeRestorePlan;
  if (!json) context.printError(describe(plan));
  if (isRefused) return 'refused';
  if (dryRun) return 'not_confirmed';
  const isAgreed = yes || (canAsk(context) && (await askYesNo('Restore these files?', context)));
  return isAgreed ? 'restored' : 'not_confirmed';
}
