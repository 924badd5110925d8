import type * as z from 'zod/mini';
import { parseTaskRef } from '../../core/launch-token.ts';
import { type OwnCommand, readOwnCommand } from '../../core/own-command.ts';
import type { preBashEvent } from '../../schema/hook-event.ts';
import { storeResult } from '../store-result.ts';
import { allowToolUse, type HookContext, type HookOutput } from './hook-context.ts';

/** What an agent calls for its own task or to read; none of it decides anything. */
const IN_AGENTS = new Set(['checkpoint', 'result', 'status', 'summary', 'list']);

/**
 * What the orchestrator may call besides. Not here: what decides in a person's place or writes
 * outside a run (approve, deny, install, uninstall, prune), which the person is asked about.
 */
const IN_CONVERSATION = new Set([
  ...IN_AGENTS,
  'plan',
  'watch',
  'cancel',
  'retry',
  'resume',
  'doctor',
  'help',
]);

/** Before a Bash call: one plain `swarm` command needs nobody's permission. */
export function allowOwnCommand(
  event: z.infer<typeof preBashEvent>,
  context: HookContext,
): HookOutput {
  const command = readOwnCommand(event.tool_input.command);
  const allowed = event.agent_id === undefined ? IN_CONVERSATION : IN_AGENTS;
  if (!command || !allowed.has(command.subcommand)) return null;
  const shortened = storeLargeReport(command, context);
  return allowToolUse(
    `swarm ${command.subcommand}`,
    shortened ? { ...event.tool_input, command: shortened } : undefined,
  );
}

/** Linux takes 131,072 bytes for one argument, and the client gives the shell the command as one. */
const MAX_COMMAND_BYTES = 100_000;

/**
 * A report too long for a command line is stored here, from the hook's input.
 * @returns the command that takes the place of the one that could not start
 */
function storeLargeReport(command: OwnCommand, context: HookContext): string | null {
  const { subcommand, args, input } = command;
  if (subcommand !== 'result' || input === null || args.length !== 2 || args[1] !== '-')
    return null;
  if (Buffer.byteLength(input) <= MAX_COMMAND_BYTES) return null;
  const ref = parseTaskRef(args[0] ?? '');
  if (!ref) return null;
  const name = `${ref.run}/${ref.task}`;
  storeResult(context.root, name, input, context.now);
  return `swarm result ${name} --stored`;
}
