import type { Command } from 'commander';
import { COMMAND_TABLE } from '../../../commands/command-table.ts';
import { SwarmError } from '../../../errors/swarm-error.ts';
import type { CliContext } from '../../cli-context.ts';
import { declareCommand } from '../../declare-command.ts';

/** The argument with which the scripts ask for the names of runs and tasks. */
const NAMES = 'names';

export function addCompletionCommand(program: Command, context: CliContext): void {
  declareCommand(program, 'completion').action(async (shell: string) => {
    if (shell === NAMES) return context.print((await namesToComplete(context)).join('\n'));
    const { renderCompletion, SHELLS } = await import(
      '../../../view/terminal/render-completion.ts'
    );
    const script = renderCompletion(shell, shownCommands());
    if (script === null) throw new SwarmError(`expected ${SHELLS.join(', ')}, found "${shell}"`);
    context.print(script);
  });
}

function shownCommands() {
  const rows = COMMAND_TABLE;
  return rows
    .filter(({ group }) => group !== 'internal')
    .map(({ name, summary, args }) => ({ name, summary, takesNames: /run|task/.test(args) }));
}

/** How many runs are offered. */
const MAX_RUNS = 20;

/** The ids of the newest runs, and the tasks of the newest. */
async function namesToComplete({ root, host }: CliContext): Promise<string[]> {
  const { listRuns } = await import('../../../store/run-index.ts');
  const { findRun } = await import('../../../operations/find-run.ts');
  const runs = listRuns(root()).slice(-MAX_RUNS).reverse();
  if (runs.length === 0) return [];
  try {
    const { state } = findRun(await host(), runs[0]);
    return [...runs, ...state.tasks.keys()];
  } catch {
    // `swarm doctor` reports unreadable runs.
    return runs;
  }
}
