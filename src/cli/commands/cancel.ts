import type { Command } from 'commander';
import { EXIT, SwarmError } from '../../errors/swarm-error.ts';
import type { Target } from '../../operations/find-run.ts';
import { printAnswer } from '../answer.ts';
import { askLine, askYesNo, canAsk } from '../ask.ts';
import type { CliContext } from '../cli-context.ts';
import { declareCommand, type JsonFlag, jsonOption } from '../declare-command.ts';

interface CancelFlags extends JsonFlag {
  yes?: boolean;
}

export function addCancelCommand(program: Command, context: CliContext): void {
  declareCommand(program, 'cancel')
    .option('-y, --yes', 'cancel without asking')
    .addOption(jsonOption())
    .action((name: string | undefined, flags: CancelFlags) => cancel(name, flags, context));
}

async function cancel(
  name: string | undefined,
  { yes = false, json }: CancelFlags,
  context: CliContext,
): Promise<void> {
  const { findTarget } = await import('../../operations/find-run.ts');
  const { cancelRun, notConfirmed } = await import('../../operations/cancel-run.ts');
  const { describeCancel } = await import('../../view/describe-results.ts');
  const { cancelPrompt } = await import('../../view/prompts/result-prompts.ts');
  const host = await context.host();
  const target = findTarget(host, name ?? (await chooseRun(context)));
  const { run, task } = target;
  const isAgreed = yes || !canAsk(context) || (await confirm(target, context));
  if (!isAgreed) context.process.setExitCode(EXIT.notCompleted);
  const result = isAgreed ? cancelRun(run, task, host) : notConfirmed(run, task);
  const text = () => (context.session ? cancelPrompt(result) : describeCancel(result));
  printAnswer({ document: result, text }, json, context);
}

/**
 * The run that a person chooses; none is chosen for them.
 * @throws {SwarmError} when nobody can be asked, nothing is unfinished or nothing was chosen
 */
async function chooseRun(context: CliContext): Promise<string> {
  const { listUnfinishedRuns } = await import('../../operations/list-runs.ts');
  const { describeRunChoice } = await import('../../view/describe-cancel-question.ts');
  const host = await context.host();
  const runs = listUnfinishedRuns(host);
  const [first, ...others] = runs;
  if (!first)
    throw new SwarmError(`nothing to cancel: no unfinished run in ${host.root}`, EXIT.notFound);
  const list = runs.map((run, index) => `  ${index + 1}  ${describeRunChoice(run)}`).join('\n');
  if (!canAsk(context)) {
    throw new SwarmError(
      `name what to cancel: swarm cancel <run-id> or swarm cancel <run-id>/<task-id>. Unfinished runs:\n${list}`,
    );
  }
  if (others.length === 0) return first.run;
  context.printError(`Unfinished runs, newest first:\n${list}`);
  const answer = await askLine(`Cancel which? [1-${runs.length}; Enter for none] `, context);
  const chosen = runs[Number(answer) - 1] ?? runs.find(({ run }) => run === answer);
  if (chosen) return chosen.run;
  throw new SwarmError(
    answer === ''
      ? 'nothing was cancelled: no run was chosen'
      : `nothing was cancelled: expected a number from 1 to ${runs.length}, found "${answer}"`,
    EXIT.notCompleted,
  );
}

/** Asks before work is ended; where there is none to end, nothing is asked. */
async function confirm({ run, task }: Target, context: CliContext): Promise<boolean> {
  const { cancellableTasks } = await import('../../operations/cancel-run.ts');
  const { toStatusDocument } = await import('../../run/status-document.ts');
  const { describeCancelQuestion } = await import('../../view/describe-cancel-question.ts');
  if (cancellableTasks(run, task).length === 0) return true;
  const [question = '', ...facts] = describeCancelQuestion(toStatusDocument(run.state), task);
  for (const fact of facts) context.printError(fact);
  return askYesNo(question, context);
}
