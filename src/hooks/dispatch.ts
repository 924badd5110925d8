import * as hook from '../claude/hook-events.ts';
import { AGENT_TOOLS, COMMAND_TOOLS } from '../claude/tools.ts';
import { findLaunchToken } from '../run/task-ref.ts';
import {
  recordAgentFailure,
  recordAgentKilled,
  recordAgentStart,
  recordAgentStop,
  recordHandback,
  recordLaunched,
  recordLaunchFailure,
} from './agent-lifecycle.ts';
import { recordApproval } from './gate-outcome.ts';
import { denyToolUse, type HookContext, type HookOutput } from './hook-context.ts';
import { launchAgent } from './launch-agent.ts';
import { repeatBriefTo } from './missing-brief.ts';
import { checkStop, recordSessionEnd, recordSessionStart } from './session-lifecycle.ts';
import { readPrompt } from './task-notifications.ts';

/**
 * Handles one Claude Code event, except agents' tool calls before they run: those have a handler of
 * their own, which is loaded only for them, see `checkToolCall`.
 * @param payload what the client wrote to the hook's stdin
 * @returns null for events that are not about a run
 * @throws when the payload lacks a required field
 */
export function handleEvent(payload: Record<string, unknown>, context: HookContext): HookOutput {
  const tool = String(payload.tool_name);
  const { worker } = context;
  if (worker !== null && payload.session_id === worker)
    return handleInWorker(payload, tool, context);
  switch (payload.hook_event_name) {
    case 'PreToolUse':
      return AGENT_TOOLS.includes(tool)
        ? launchAgent(hook.preAgentEvent.parse(payload), context)
        : null;
    case 'PostToolUse':
      if (AGENT_TOOLS.includes(tool))
        return recordLaunched(hook.postAgentEvent.parse(payload), context);
      if (tool === 'SubagentHandback')
        return recordHandback(hook.handbackEvent.parse(payload), context);
      if (COMMAND_TOOLS.includes(tool)) return recordApproval(String(payload.tool_use_id), context);
      return tool === 'TaskStop'
        ? recordAgentKilled(hook.taskStopEvent.parse(payload), context)
        : null;
    case 'PostToolUseFailure':
      // A failed command has run too.
      if (COMMAND_TOOLS.includes(tool)) return recordApproval(String(payload.tool_use_id), context);
      return AGENT_TOOLS.includes(tool)
        ? recordLaunchFailure(hook.agentFailureEvent.parse(payload), context)
        : null;
    case 'SubagentStart':
      return recordAgentStart(hook.subagentStartEvent.parse(payload), context);
    case 'SubagentStop':
      return recordAgentStop(hook.subagentStopEvent.parse(payload), context);
    case 'StopFailure':
      return recordAgentFailure(hook.stopFailureEvent.parse(payload), context);
    case 'UserPromptSubmit':
      return readPrompt(hook.userPromptEvent.parse(payload), context);
    case 'Stop':
      return checkStop(hook.stopEvent.parse(payload), context);
    case 'SessionStart':
      return recordSessionStart(hook.sessionEvent.parse(payload), context);
    case 'SessionEnd':
      return recordSessionEnd(hook.sessionEvent.parse(payload), context);
    default:
      return null;
  }
}

/**
 * A worker is an agent, not an orchestrator: its supervisor sees it end, so its session records
 * nothing, and it may not launch tasks. After a compaction it gets its brief again.
 */
function handleInWorker(
  payload: Record<string, unknown>,
  tool: string,
  context: HookContext,
): HookOutput {
  if (payload.hook_event_name === 'SessionStart')
    return repeatBriefTo(String(context.worker), hook.sessionEvent.parse(payload), context);
  if (payload.hook_event_name !== 'PreToolUse' || !AGENT_TOOLS.includes(tool)) return null;
  const { prompt } = hook.preAgentEvent.parse(payload).tool_input;
  return findLaunchToken(prompt)
    ? denyToolUse('tasks of this run are launched by its supervisor; do your own task only.')
    : null;
}
