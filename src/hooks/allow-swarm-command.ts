import { preBashEvent } from '../claude/hook-events.ts';
import { parseSwarmCommand, type SwarmCommand } from '../command-policy/parse-swarm-command.ts';
import {
  commandsChanging,
  commandsNamingLaunches,
  commandsOf,
} from '../commands/command-rights.ts';
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
import { stopUnneededAgent } from './stop-agent.ts';

const AGENT_COMMANDS = commandsOf('agent');
/**
 * Excludes commands that write outside a run or start processes with their own permissions: for
 * those, the session's permission mode decides.
 */
const ORCHESTRATOR_COMMANDS = commandsOf('orchestrator');
/** Only a person may decide, so the hook asks whatever the session allows. */
const GATE_COMMANDS = commandsChanging('gate');
/** The same commands, combined with other commands or with a redirection. */
const GATE_COMMAND_TEXT = new RegExp(
  String.raw`\bswarm["']?(?:\s+-\S+)*\s+["'\\]?(${[...GATE_COMMANDS].join('|')})\b`,
);
/** The same option, combined with other commands. */
const ALLOWS_CHECKS = /\bswarm\b[\s\S]*--allow-checks\b/;
/** Whoever may spend more is asked. */
const RAISES_BUDGET = /\bswarm\b[\s\S]*\bretry\b[\s\S]*--budget-/;
const REPORT_COMMANDS = commandsChanging('task');
const LAUNCHING_COMMANDS = commandsNamingLaunches();

/** Before a Bash call: a single plain `swarm` command needs no permission. */
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
  const command = parseSwarmCommand(event.tool_input.command);
  const end = own && stopUnneededAgent(own, context);
  // The agent ends with this call, so a report in it would be lost.
  if (end && own?.attempt.end) storeHere(command, own.attempt, context);
  if (end) return end;
  const decision = agentId === undefined ? decisionIn(event.tool_input.command, command) : null;
  if (decision) {
    return askPerson(
      `\`swarm ${decision}\` would decide about an irreversible command on your behalf.`,
    );
  }
  if (agentId === undefined && allowsChecks(event.tool_input.command, command)) {
    return askPerson(
      'swarm would run the commands after `check` in this plan itself, outside of the permissions of Claude Code.',
    );
  }
  if (agentId === undefined && raisesBudget(event.tool_input.command, command)) {
    return askPerson('It raises the budget of the run, whose agents then spend more.');
  }
  if (work && command && speaksForAnother(work, command)) {
    return denyToolUse(
      `Your task is "${work.attempt.task}": only the agent of a task may report its progress or its result.`,
    );
  }
  const shortened = storeHere(command, own?.attempt ?? null, context);
  if (own && !shortened && speaksForSuccessor(own, event.tool_input.command)) {
    return denyToolUse(
      `Task "${own.attempt.task}" was given to another agent, and this command would report on that agent's behalf. Submit what you have with a plain \`swarm result\` and a here-document, alone in its call, and end.`,
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

/** Whether it submits a plan with checks that the session may not run unasked. */
function allowsChecks(text: string, command: SwarmCommand | null): boolean {
  return ALLOWS_CHECKS.test(text) || command?.args.includes('--allow-checks') === true;
}

function raisesBudget(text: string, command: SwarmCommand | null): boolean {
  const isRaised = command?.args.some((arg) => arg.startsWith('--budget-')) === true;
  return RAISES_BUDGET.test(text) || (command?.subcommand === 'retry' && isRaised);
}

/** @returns the subcommand that would decide on behalf of a person; null if none */
function decisionIn(text: string, command: SwarmCommand | null): string | null {
  if (command) return GATE_COMMANDS.has(command.subcommand) ? command.subcommand : null;
  return GATE_COMMAND_TEXT.exec(text)?.[1] ?? null;
}

const SERVER_GONE =
  "swarm-parallel: the plugin's server is not running in this session, so irreversible commands of agents other than pushing and publishing are not held for your approval. Type /mcp and reconnect plugin:swarm-parallel:swarm.";

/** The CLI does not know which agent calls it, and assumes the one of the latest attempt. */
function speaksForSuccessor({ run, task, attempt }: Assignment, command: string): boolean {
  return attempt !== task.attempts.at(-1) && command.includes(`${run.paths.run}/${attempt.task}`);
}

function speaksForAnother(
  { run, attempt }: Assignment,
  { subcommand, args }: SwarmCommand,
): boolean {
  const named = args.find(parseTaskRef);
  const isReport = REPORT_COMMANDS.has(subcommand);
  return isReport && named !== undefined && named !== `${run.paths.run}/${attempt.task}`;
}

/** Linux limits an argument to 131,072 bytes, and the client passes the command as one. */
const MAX_COMMAND_BYTES = 100_000;

/**
 * Stores a report from the hook's input if it is too long for a command line or belongs to an
 * attempt that has ended.
 * @param author the calling agent's attempt; null for any other caller
 * @returns the command to run instead; null if the original one can store the report
 */
function storeHere(
  command: SwarmCommand | null,
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
