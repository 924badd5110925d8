import { parseTaskRef } from '../../core/launch-token.ts';
import { type OwnCommand, readOwnCommand } from '../../core/own-command.ts';
import { attemptOfAgent } from '../../core/run-state.ts';
import { overdueAttempts } from '../../core/status-document.ts';
import { preBashEvent } from '../../schema/hook-event.ts';
import { storeResult } from '../store-result.ts';
import {
  agentOf,
  allowToolUse,
  endAgent,
  type HookContext,
  type HookOutput,
} from './hook-context.ts';
import { loadOpenRuns, record } from './record-agent.ts';

/** What an agent calls for its own task or to read; none of it decides anything. */
const IN_AGENTS = new Set(['checkpoint', 'result', 'status', 'summary', 'list']);

/**
 * What the orchestrator may call besides. Not here: what decides in a person's place, writes
 * outside a run or starts processes with permissions of their own (approve, deny, install,
 * uninstall, prune, run), which the person is asked about.
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
  payload: Record<string, unknown>,
  context: HookContext,
): HookOutput {
  const event = preBashEvent.parse(payload);
  const agentId = agentOf(event, context);
  const unwanted = whyUnwanted(agentId, context);
  if (unwanted) return endAgent(unwanted);
  const command = readOwnCommand(event.tool_input.command);
  const allowed = agentId === undefined ? IN_CONVERSATION : IN_AGENTS;
  if (!command || !allowed.has(command.subcommand)) return null;
  const shortened = storeLargeReport(command, context);
  return allowToolUse(
    `swarm ${command.subcommand}`,
    shortened ? { ...event.tool_input, command: shortened } : undefined,
  );
}

/** Why the agent that calls has to end: its task was cancelled or its time is over. */
function whyUnwanted(agentId: string | undefined, context: HookContext): string | null {
  if (agentId === undefined) return null;
  for (const run of loadOpenRuns(context.root)) {
    const attempt = attemptOfAgent(run.state, agentId);
    const task = attempt && run.state.tasks.get(attempt.task);
    if (!attempt || !task) continue;
    const overdue = overdueAttempts(run.state, context.now());
    if (overdue.includes(attempt)) {
      const at = context.now();
      record(run, [{ event: 'attempt.timed_out', at, attempt: attempt.id }], context, attempt.task);
    }
    if (attempt.end?.outcome === 'timeout') return `the time of task "${attempt.task}" is over`;
    if (task.isCancelRequested) return `task "${attempt.task}" was cancelled`;
  }
  return null;
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
