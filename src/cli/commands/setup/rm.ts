import type { Command } from 'commander';
import { EXIT } from '../../../errors/swarm-error.ts';
import type { RunHandle } from '../../../store/run-handle.ts';
import type { RemoveResult } from '../../../view/results.ts';
import { printAnswer } from '../../answer.ts';
import { askYesNo, canAsk } from '../../ask.ts';
import type { CliContext } from '../../cli-context.ts';
import { declareCommand, type JsonFlag, jsonOption } from '../../declare-command.ts';

interface RemoveFlags extends JsonFlag {
  yes?: boolean;
}

export function addRemoveCommand(program: Command, context: CliContext): void {
  declareCommand(program, 'rm')
    .option('-y, --yes', 'remove without asking')
    .addOption(jsonOption())
    .action(async (name: string, { yes = false, json }: RemoveFlags) => {
      const { findRun } = await import('../../../operations/find-run.ts');
      const { removeRun } = await import('../../../operations/setup/remove-run.ts');
      const { removeSnapshots } = await import('../../../worktrees/snapshots/snapshot-ref.ts');
      const host = await context.host();
      const run = findRun(host, name);
      const isAgreed = yes || (canAsk(context) && (await confirm(run, context)));
      if (!isAgreed) context.process.setExitCode(EXIT.notCompleted);
      const { run: id, dir } = run.paths;
      const document: RemoveResult = isAgreed
        ? removeRun(run, host)
        : { run: id, outcome: 'not_confirmed', dir };
      if (isAgreed) await removeSnapshots(run.paths);
      const text = () =>
        isAgreed ? `removed run ${id}` : 'nothing was removed; `--yes` does it without asking';
      printAnswer({ document, text }, json, context);
    });
}

async function confirm(run: RunHandle, context: CliContext): Promise<boolean> {
  const { hasEnded } = await import('../../../operations/setup/remove-run.ts');
  const state = hasEnded(run) ? '' : ' It has not ended.';
  const { goal } = run.state.opened;
  context.printError(`${run.paths.run}: ${goal}`);
  return askYesNo(`Remove its ledger, reports and logs?${state}`, context);
}
