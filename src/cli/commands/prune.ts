import type { Command } from 'commander';
import { SwarmError } from '../../errors/swarm-error.ts';
import type { PruneOptions } from '../../worktrees/prune.ts';
import type { CliContext } from '../cli-context.ts';
import { declareCommand, type JsonFlag, jsonOption } from '../declare-command.ts';

interface PruneFlags extends JsonFlag {
  dryRun?: boolean;
  force?: boolean;
  olderThan?: string;
}

export function addPruneCommand(program: Command, context: CliContext): void {
  declareCommand(program, 'prune')
    .option('--older-than <age>', 'also remove runs that ended longer ago, such as "30d"')
    .option('--dry-run', 'say what would be removed, and remove nothing')
    .option('--force', 'also remove worktrees with changes that exist nowhere else')
    .addOption(jsonOption())
    .action(async ({ dryRun = false, force = false, json, olderThan }: PruneFlags) => {
      const { prune } = await import('../../worktrees/prune.ts');
      const { renderPrune, renderPrunedWorktree } = await import(
        '../../view/terminal/render-prune.ts'
      );
      const maxAge = olderThan === undefined ? null : await readAge(olderThan);
      const options = { isForced: force, isDryRun: dryRun, maxAge };
      const onWorktree: PruneOptions['onWorktree'] = (worktree) => {
        if (!json) context.print(renderPrunedWorktree(worktree, dryRun));
      };
      const result = await prune(await context.host(), { ...options, onWorktree });
      const text = json ? JSON.stringify(result) : renderPrune(result);
      if (text !== '') context.print(text);
    });
}

const HOURS_PER_DAY = 24;

/** @returns milliseconds @throws {SwarmError} if it is no age */
async function readAge(text: string): Promise<number> {
  const { parseDuration } = await import('../../config/durations.ts');
  const [, days] = /^(\d+)d$/.exec(text) ?? [];
  const age = parseDuration(days === undefined ? text : `${Number(days) * HOURS_PER_DAY}h`);
  if (Number.isFinite(age)) return age;
  throw new SwarmError(`--older-than: expected an age such as "30d" or "12h", found "${text}"`);
}
