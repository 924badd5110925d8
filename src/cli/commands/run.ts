import { type Command, InvalidArgumentError, Option } from 'commander';
import { PERMISSION_MODES } from '../../config/permission-modes.ts';
import type { CliContext } from '../cli-context.ts';
import { declareCommand, jsonLinesOption } from '../declare-command.ts';
import type { RunFlags } from '../headless/run-flags.ts';
import { dollars, tokens } from '../read-amount.ts';

export function addRunCommand(program: Command, context: CliContext): void {
  declareCommand(program, 'run')
    .option(
      '--max-parallel <n>',
      'how many tasks to run at once (default: maxParallel of the configuration, 10)',
      wholeNumber,
    )
    .addOption(new Option('--sequential', 'one task at a time').conflicts('maxParallel'))
    .option('--model <model>', 'the model of the workers', modelName)
    .addOption(
      new Option(
        '--permission-mode <mode>',
        'the permission mode of the workers, as for claude',
      ).choices(PERMISSION_MODES),
    )
    .option('--allowed-tools <rules>', 'tools that workers may use, separated by commas')
    .option('--budget-usd <dollars>', 'what the run may cost, such as 2.50', dollars)
    .option('--budget-tokens <tokens>', 'what the run may use, such as 2000000', tokens)
    .option('--fresh', 'ignore cached results of earlier runs')
    .option('--worktrees', 'give each task that writes files its own git worktree and branch')
    .option('--merge', 'with --worktrees: merge the branches at the end, as `swarm merge` does')
    .option(
      '--queue <url>',
      'have other machines take tasks, through a Redis queue (docs/queue.md)',
    )
    .option('--allow-checks', 'the person has seen the commands of the checks')
    .option('--detach', 'run in the background and return at once')
    .addOption(jsonLinesOption())
    .action(async (target: string, flags: RunFlags) => {
      const { runTarget } = await import('../headless/run-target.ts');
      await runTarget(target, flags, context);
    });
}

/** The client knows which models there are. */
function modelName(text: string): string {
  if (text.trim() !== '') return text;
  throw new InvalidArgumentError('expected the name of a model, such as sonnet.');
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= 100) return value;
  throw new InvalidArgumentError('expected a whole number from 1 to 100, or 0 with --queue.');
}
