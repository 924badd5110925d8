import type * as z from 'zod/mini';
import { agentToolEvent } from '../claude/hook-events.ts';
import { awaitsAgent, loadOpenRuns } from '../operations/record-agent-end.ts';
import { guardCommand } from './check-command.ts';
import { guardEdit } from './check-write.ts';
import { type AtWork, findAtWork } from './find-assignment.ts';
import { recordRefusal } from './gate-outcome.ts';
import { agentOf, denyToolUse, type HookContext, type HookOutput } from './hook-context.ts';
import { noteSignOfLife } from './record-heartbeat.ts';
import { endUnwanted } from './stop-agent.ts';

/** A tool call of an agent, with what the agent works on. */
export interface AgentCall extends AtWork {
  event: z.infer<typeof agentToolEvent>;
}

/**
 * Before a tool call of an agent: one whose task was cancelled or whose time is over ends here; what
 * cannot be undone is left to a person, and what another task claims to that task. The first guard that has something to say decides.
 */
export function guardToolCall(payload: Record<string, unknown>, context: HookContext): HookOutput {
  const event = agentToolEvent.parse(payload);
  const id = agentOf(event, context);
  const work = id && waitForWork({ id, session: event.session_id }, context);
  if (!work) return null;
  const call = { event, ...work };
  const end = work.isOwn ? endUnwanted(call, context) : null;
  if (end) return end;
  noteSignOfLife(call, context);
  recordRefusal(call.run, call.attempt, context);
  if (CHANGES_RUNS.test(event.tool_name)) {
    return denyToolUse('An agent of a run starts, cancels and answers for no run.');
  }
  return guardCommand(call, context) ?? guardEdit(call, context);
}

/** Tools of the MCP server that are not for agents, under whatever name the client has it. */
const CHANGES_RUNS = /^mcp__.*__swarm_(?:start|cancel|answer)$/;

/** The hook that tells which agent a launch got runs beside the agent's first call; milliseconds. */
const LONGEST_WAIT = 2_000;
const POLL_INTERVAL = 40;
/** A launch whose agent is not known for so long is not the one; milliseconds. */
const RECENT = 15_000;

function waitForWork(agent: { id: string; session: string }, context: HookContext): AtWork | null {
  const since = new Date(Date.parse(context.now()) - RECENT).toISOString();
  for (let waited = 0; ; waited += POLL_INTERVAL) {
    const runs = loadOpenRuns(context);
    const work = findAtWork(runs, agent);
    const mayComeToBeKnown = runs.some((run) => awaitsAgent(run, agent.session, since));
    if (work || waited >= LONGEST_WAIT || !mayComeToBeKnown) return work;
    context.sleep(POLL_INTERVAL);
  }
}
