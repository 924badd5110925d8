import { agentToolEvent } from '../claude/hook-events.ts';
import { awaitsAgent, loadActiveRuns } from '../operations/find-agent.ts';
import { bestEffort } from './best-effort.ts';
import { answerCommand, judgeCall } from './check-command.ts';
import { checkWrite } from './check-write.ts';
import { recordUse } from './cost/record-use.ts';
import { type Assignment, findAssignment } from './find-assignment.ts';
import { recordRefusal } from './gate-outcome.ts';
import {
  agentOf,
  denyToolUse,
  type HookContext,
  HookDeclined,
  type HookOutput,
} from './hook-context.ts';
import { denyIrreversible } from './judge-command.ts';
import { missingBrief } from './missing-brief.ts';
import { noteContinued, recordHeartbeat } from './record-heartbeat.ts';
import { stopUnneededAgent } from './stop-agent.ts';
import { canBeOfRun, whyMayBeOfRun } from './unassigned-agent.ts';

/**
 * Before a tool call of an agent: ends the agent if its task was cancelled or has timed out, leaves
 * irreversible commands to a person, and refuses changes to files that another task claims. The
 * first check with a result decides. If a check fails, irreversible commands are denied.
 */
export function checkToolCall(payload: Record<string, unknown>, context: HookContext): HookOutput {
  try {
    return check(payload, context);
  } catch (error) {
    if (error instanceof HookDeclined) throw error;
    const isOfAgent = payload.agent_id !== undefined || payload.session_id === context.worker;
    const why = () => `it could not be checked: ${(error as Error).message}`;
    const denial = isOfAgent ? denyIrreversible(payload, why, context) : null;
    if (denial) return denial;
    throw error;
  }
}

function check(payload: Record<string, unknown>, context: HookContext): HookOutput {
  const event = agentToolEvent.parse(payload);
  const id = agentOf(event, context);
  if (!id) return null;
  const agent = { id, session: event.session_id };
  const work = waitForWork(agent, context);
  if (!work) {
    return canBeOfRun(agent, context)
      ? denyIrreversible(payload, () => whyMayBeOfRun(agent, context), context)
      : null;
  }
  const call = { event, ...work };
  // Before anything is written: an error must not let the command pass.
  const judged = judgeCall(call, context);
  bestEffort(() => noteContinued(call, context), context);
  bestEffort(() => recordUse(work, event.session_id, context), context);
  const end = work.isOwn ? stopUnneededAgent(call, context) : null;
  if (end) return end;
  bestEffort(() => recordHeartbeat(call, context), context);
  bestEffort(() => recordRefusal(work.run, work.attempt, context, event.tool_use_id), context);
  if (CHANGES_RUNS.test(event.tool_name)) {
    return denyToolUse('An agent of a run may not start, cancel or answer for runs.');
  }
  const brief = work.isOwn ? missingBrief(call.run, call.attempt, context) : null;
  if (brief) return denyToolUse(brief);
  return judged ? answerCommand(judged, call, context) : checkWrite(call, context);
}

/** MCP tools that agents may not call, whatever name the client gives the server. */
const CHANGES_RUNS = /^mcp__.*__swarm_(?:start|cancel|answer)$/;

/** The hook that records a launch's agent may run during the agent's first call; milliseconds. */
const LONGEST_WAIT = 2_000;
const POLL_INTERVAL = 40;
/** A launch without a known agent for this long is not this agent's launch; milliseconds. */
const RECENT = 15_000;

function waitForWork(
  agent: { id: string; session: string },
  context: HookContext,
): Assignment | null {
  const since = new Date(Date.parse(context.now()) - RECENT).toISOString();
  for (let waited = 0; ; waited += POLL_INTERVAL) {
    const runs = loadActiveRuns(context);
    const work = findAssignment(runs, agent);
    const mayComeToBeKnown = runs.some((run) => awaitsAgent(run, agent.session, since));
    if (work || waited >= LONGEST_WAIT || !mayComeToBeKnown) return work;
    context.sleep(POLL_INTERVAL);
  }
}
