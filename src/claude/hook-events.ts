import * as z from 'zod/mini';
import { clientId } from '../ledger/events.ts';

/**
 * The fields of hook events that are used here. The objects are loose because newer clients add
 * fields.
 */
const common = {
  hook_event_name: z.string(),
  session_id: clientId,
  cwd: z.string(),
  transcript_path: z.optional(z.string()),
};
const inAgent = { agent_id: z.optional(clientId), agent_type: z.optional(z.string()) };

const agentInput = z.looseObject({
  prompt: z.string(),
  subagent_type: z.optional(z.string()),
  run_in_background: z.optional(z.boolean()),
});

export const preAgentEvent = z.looseObject({
  ...common,
  ...inAgent,
  tool_use_id: clientId,
  tool_input: agentInput,
});

/**
 * `content` is the report of an agent that ran in the foreground, `prompt` what its agent was told
 * after all hooks.
 */
export const postAgentEvent = z.looseObject({
  ...common,
  tool_use_id: clientId,
  tool_input: agentInput,
  tool_response: z.looseObject({
    status: z.optional(z.string()),
    prompt: z.optional(z.string()),
    agentId: z.optional(clientId),
    handbackReport: z.optional(z.looseObject({ text: z.optional(z.string()) })),
    harnessNoteCount: z.optional(z.number()),
    content: z.optional(z.array(z.looseObject({ type: z.string(), text: z.optional(z.string()) }))),
  }),
});

export const agentFailureEvent = z.looseObject({
  ...common,
  tool_use_id: clientId,
  tool_input: agentInput,
  error: z.string(),
  is_interrupt: z.optional(z.boolean()),
});

export const preBashEvent = z.looseObject({
  ...common,
  ...inAgent,
  tool_input: z.looseObject({ command: z.string() }),
});

/** Before a tool call of an agent. A worker's main conversation has no `agent_id`. */
export const agentToolEvent = z.looseObject({
  ...common,
  ...inAgent,
  tool_name: z.string(),
  tool_use_id: clientId,
  tool_input: z.looseObject({}),
});

/** `SubagentHandback`: in the `auto` permission mode, the call that delivers an agent's report and ends it. */
export const handbackEvent = z.looseObject({
  ...common,
  agent_id: z.optional(clientId),
  tool_input: z.looseObject({ message: z.optional(z.string()) }),
});

export const taskStopEvent = z.looseObject({
  ...common,
  tool_input: z.looseObject({ task_id: z.optional(z.string()) }),
});

export const subagentStartEvent = z.looseObject({
  ...common,
  agent_id: clientId,
  agent_type: z.string(),
});

export const subagentStopEvent = z.looseObject({
  ...common,
  agent_id: clientId,
  agent_type: z.optional(z.string()),
  stop_hook_active: z.optional(z.boolean()),
  last_assistant_message: z.optional(z.nullable(z.string())),
  agent_transcript_path: z.optional(z.string()),
});

export const stopFailureEvent = z.looseObject({
  ...common,
  ...inAgent,
  error: z.optional(z.string()),
  last_assistant_message: z.optional(z.nullable(z.string())),
});

export const userPromptEvent = z.looseObject({ ...common, prompt: z.string() });

export const stopEvent = z.looseObject({
  ...common,
  ...inAgent,
  background_tasks: z.optional(
    z.array(z.looseObject({ id: z.string(), command: z.optional(z.string()) })),
  ),
});

/** A session starts for an agent too, after its context was compacted. */
export const sessionEvent = z.looseObject({
  ...common,
  ...inAgent,
  source: z.optional(z.string()),
  reason: z.optional(z.string()),
});
