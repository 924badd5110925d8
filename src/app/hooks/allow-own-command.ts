import { parseTaskRef } from '../../core/launch-token.ts';
import { type OwnCommand, readOwnCommand } from '../../core/own-command.ts';
import { preBashEvent } from '../../schema/hook-event.ts';
import { storeResult } from '../store-result.ts';
import { endUnwanted } from './end-unwanted.ts';
import { findAtWork } from './find-at-work.ts';
import {
  agentOf,
  allowToolUse,
  askPerson,
  type HookContext,
  type HookOutput,
} from './hook-context.ts';
import { loadOpenRuns } from './record-agent.ts';

/** What an agent calls for its own task or to read; none of it decides anything. */
const IN_AGENTS = new Set(['checkpoint', 'result', 'status', 'summary', 'list']);

/**
 * What the orchestrator may call besides. Not here: what writes outside a run or starts processes
 * with permissions of their own (install, uninstall, prune, run), which the person is asked about.
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

/** What only a person decides: asked about whatever the session allows without asking. */
const BY_PERSON = new Set(['approve', 'deny']);

/** Before a Bash call: one plain `swarm` command needs nobody's permission. */
export function allowOwnCommand(
  payload: Record<string, unknown>,
  context: HookContext,
): HookOutput {
  const event = preBashEvent.parse(payload);
  const agentId = agentOf(event, context);
  const work =
    agentId === undefined
      ? null
      : findAtWork(loadOpenRuns(context.root), { id: agentId, session: event.session_id });
  const end = work?.isOwn ? endUnwanted(work, context) : null;
  if (end) return end;
  const command = readOwnCommand(event.tool_input.command);
  if (command && BY_PERSON.has(command.subcommand) && agentId === undefined) {
    return askPerson(
      `\`swarm ${command.subcommand}\` decides for you about what cannot be undone.`,
    );
  }
  const allowed = agentId === undefined ? IN_CONVERSATION : IN_AGENTS;
  if (!command || !allowed.has(command.subcommand)) return null;
  const shortened = storeLargeReport(command, context);
  const isUnguarded = context.isBlind && LAUNCHING.has(command.subcommand);
  return {
    ...allowToolUse(
      `swarm ${command.subcommand}`,
      shortened ? { ...event.tool_input, command: shortened } : undefined,
    ),
    ...(isUnguarded ? { systemMessage: SERVER_GONE } : {}),
  };
}

/** What agents are launched after. */
const LAUNCHING = new Set(['plan', 'resume', 'retry']);

const SERVER_GONE =
  "swarm-parallel: the plugin's server does not run in this session, so commands of agents that cannot be undone are not held for you. Type /mcp and reconnect plugin:swarm-parallel:swarm.";

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
