import { preBashEvent } from '../claude/hook-events.ts';
import { type OwnCommand, readOwnCommand } from '../command-policy/parse-swarm-command.ts';
import { commandsChanging, commandsNamingLaunches, commandsOf } from '../commands/command-table.ts';
import { loadActiveRuns } from '../operations/find-agent.ts';
import { storeReport } from '../operations/store-report.ts';
import type { Attempt } from '../run/attempt.ts';
import { parseTaskRef } from '../run/task-ref.ts';
import { type Assignment, findAssignment } from './find-assignment.ts';
import {
  agentOf,
  allowToolUse,
  askPerson,
  denyToolUse,
  type HookContext,
  type HookOutput,
} from './hook-context.ts';
import { inProcess } from './in-process.ts';
import { stopUnneededAgent } from './stop-agent.ts';

const AGENT_COMMANDS = commandsOf('agent');
/**
 * Commands that write outside a run or start processes with permissions of their own are not in
 * this set: for those, the session's permission mode decides.
 */
const ORCHESTRATOR_COMMANDS = commandsOf('orchestrator');
/** Only a person decides, so the person is asked whatever the session allows. */
const GATE_COMMANDS = commandsChanging('gate');
/** The same commands, among other commands or with a redirection. */
const GATE_COMMAND_TEXT = new RegExp(
  String.raw`\bswarm["']?(?:\s+-\S+)*\s+["'\\]?(${[...GATE_COMMANDS].join('|')})\b`,
);
const REPORT_COMMANDS = commandsChanging('task');
const LAUNCHING_COMMANDS = commandsNamingLaunches();

/** Before a Bash call: one plain `swarm` command needs nobody's permission. */
export function allowSwarmCommand(
  payload: Record<string, unknown>,
  context: HookContext,
): HookOutput {
  const event = preBashEvent.parse(payload);
  const agentId = agentOf(event, context);
  const work =
    agentId === undefined
      ? null
      : findAssignment(loadActiveRuns(context), { id: agentId, session: event.session_id });
  const own = work?.isOwn ? work : null;
  const command = readOwnCommand(event.tool_input.command);
  const end = own && stopUnneededAgent(own, context);
  // It ends with this call, so what it found would be gone.
  if (end && own?.attempt.end) storeHere(command, own.attempt, context);
  if (end) return end;
  const decision = agentId === undefined ? decisionIn(event.tool_input.command, command) : null;
  if (decision) {
    return askPerson(`\`swarm ${decision}\` decides for you about what cannot be undone.`);
  }
  if (work && command && speaksForAnother(work, command)) {
    return denyToolUse(
      `Your task is "${work.attempt.task}": only the agent of a task says how far it is and reports on it.`,
    );
  }
  const shortened = storeHere(command, own?.attempt ?? null, context);
  if (own && !shortened && speaksForSuccessor(own, event.tool_input.command)) {
    return denyToolUse(
      `Task "${own.attempt.task}" was given to another agent, and this command would speak for that one. Hand in what you have by a plain \`swarm result\` with a here-document, alone in its call, and end.`,
    );
  }
  const allowed = agentId === undefined ? ORCHESTRATOR_COMMANDS : AGENT_COMMANDS;
  if (!command || !allowed.has(command.subcommand)) return null;
  const isUnguarded = context.isBlind && LAUNCHING_COMMANDS.has(command.subcommand);
  return {
    ...allowToolUse(
      `swarm ${command.subcommand}`,
      shortened ? { ...event.tool_input, command: shortened } : undefined,
    ),
    ...(isUnguarded ? { systemMessage: SERVER_GONE } : {}),
  };
}

/** @returns by which subcommand a command decides in a person's place */
function decisionIn(text: string, command: OwnCommand | null): string | null {
  if (command) return GATE_COMMANDS.has(command.subcommand) ? command.subcommand : null;
  return GATE_COMMAND_TEXT.exec(text)?.[1] ?? null;
}

const SERVER_GONE =
  "swarm-parallel: the plugin's server does not run in this session, so commands of agents that cannot be undone are not held for you. Type /mcp and reconnect plugin:swarm-parallel:swarm.";

/** The command line does not know which agent calls it, and takes it for that of the latest attempt. */
function speaksForSuccessor({ run, task, attempt }: Assignment, command: string): boolean {
  return attempt !== task.attempts.at(-1) && command.includes(`${run.paths.run}/${attempt.task}`);
}

function speaksForAnother({ run, attempt }: Assignment, { subcommand, args }: OwnCommand): boolean {
  const named = args.find(parseTaskRef);
  const isReport = REPORT_COMMANDS.has(subcommand);
  return isReport && named !== undefined && named !== `${run.paths.run}/${attempt.task}`;
}

/** Linux takes 131,072 bytes for one argument, and the client gives the shell the command as one. */
const MAX_COMMAND_BYTES = 100_000;

/**
 * A report is stored here, from the hook's input, where it is too long for a command line or of an
 * attempt that is over.
 * @param author the attempt of the agent that calls; null for another caller
 * @returns the command that takes the place of the one that could not do it
 */
function storeHere(
  command: OwnCommand | null,
  author: Attempt | null,
  context: HookContext,
): string | null {
  if (command?.subcommand !== 'result') return null;
  const { args, input } = command;
  if (!input?.trim() || args.length !== 2 || args[1] !== '-') return null;
  if (!author?.end && Buffer.byteLength(input) <= MAX_COMMAND_BYTES) return null;
  const ref = parseTaskRef(args[0] ?? '');
  if (!ref) return null;
  const name = `${ref.run}/${ref.task}`;
  const { path } = storeReport(context, name, input, author?.id);
  return `swarm result ${name} --stored ${path}`;
}

export const allowSwarmCommandInProcess = inProcess(allowSwarmCommand);
