import { type Command, Option } from 'commander';
import { SwarmError } from '../../errors/swarm-error.ts';
import type { CliContext } from '../cli-context.ts';
import { declareCommand, jsonLinesOption } from '../declare-command.ts';
import { watchAllInTerminal } from '../watch-all-in-terminal.ts';
import { watchInTerminal } from '../watch-in-terminal.ts';

interface WatchFlags {
  all?: boolean;
  idleTimeout?: string;
  json?: boolean;
  ofSession?: boolean;
  untilNeeded?: boolean;
}

export function addWatchCommand(program: Command, context: CliContext): void {
  declareCommand(program, 'watch')
    .option('--all', 'watch every unfinished run, until all of them have ended')
    .option(
      '--idle-timeout <duration>',
      'exit after this long with no running agent and no new event; "none": never (default: "5m", on a terminal "none")',
    )
    .option(
      '--until-needed',
      'also exit when Claude must act without a notification, for example to stop a timed-out agent',
    )
    .addOption(jsonLinesOption())
    // The plugin's module reads the output, and wakes its session.
    .addOption(new Option('--of-session').hideHelp())
    .action(async (name: string | undefined, flags: WatchFlags) => {
      const { all = false, json = false, ofSession = false, untilNeeded = false } = flags;
      const idleTimeout = await readIdleTimeout(flags.idleTimeout, context);
      if (!all) return watchInTerminal(name, { json, idleTimeout, untilNeeded }, context);
      if (name !== undefined || untilNeeded || flags.idleTimeout !== undefined) {
        throw new SwarmError(
          '--all cannot be combined with a run, --until-needed or --idle-timeout',
        );
      }
      await watchAllInTerminal({ json, isOfSession: ofSession }, context);
    });
}

/** @returns milliseconds; null for no limit @throws {SwarmError} when it is no duration */
async function readIdleTimeout(
  flag: string | undefined,
  { stdout }: CliContext,
): Promise<number | null> {
  const { parseDuration } = await import('../../config/durations.ts');
  const text = flag ?? (stdout.isTTY ? 'none' : '5m');
  const duration = text === 'none' ? null : parseDuration(text);
  if (!Number.isNaN(duration)) return duration;
  throw new SwarmError(
    `--idle-timeout: expected a duration such as "5m" or "none", found "${text}"`,
  );
}
