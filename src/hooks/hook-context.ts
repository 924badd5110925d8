import type { ProcessIdentity } from '../platform/process-identity.ts';
import type { Host } from '../store/host.ts';

/** What a hook handler gets besides the event. */
export interface HookContext extends Host {
  /** Whether the plugin's server is known to be gone, which would see the tool calls of agents. */
  isBlind?: boolean;
  /** Waits. @param ms milliseconds */
  sleep(ms: number): void;
  /** The session of the worker that the hook runs in; null in a conversation. */
  worker: string | null;
  /** The client that called the hook. */
  client: ProcessIdentity;
  /** Whether a person can answer in the session. */
  isAttended: boolean;
  /** The person's home directory. */
  home: string;
}

/**
 * The agent that an event is about: a subagent, or in a worker the worker itself, also where one of
 * its own subagents acts. Undefined for a conversation.
 */
export function agentOf(
  event: { session_id: string; agent_id?: string | undefined },
  { worker }: HookContext,
): string | undefined {
  return event.session_id === worker ? worker : event.agent_id;
}

/** The JSON that a hook prints; nothing is printed for null. */
export type HookOutput =
  | (Decision & {
      terminalSequence?: string;
      /** What the person is told, and no model. */
      systemMessage?: string;
    })
  | null;

type Decision =
  | { continue: false; stopReason: string; hookSpecificOutput: Record<string, unknown> }
  | { hookSpecificOutput: Record<string, unknown> }
  | { decision: 'block'; reason: string };

/** Refuses a tool call; the model reads the reason. */
export function denyToolUse(reason: string) {
  return {
    hookSpecificOutput: {
      hookEventName: 'PreToolUse',
      permissionDecision: 'deny',
      permissionDecisionReason: reason,
    },
  };
}

/** Has the person asked, in a session that a person attends. */
export function askPerson(reason: string) {
  return {
    hookSpecificOutput: {
      hookEventName: 'PreToolUse',
      permissionDecision: 'ask',
      permissionDecisionReason: reason,
    },
  };
}

/** Ends the agent at this tool call, which does not run either. */
export function stopAgent(reason: string): HookOutput {
  return { continue: false, stopReason: reason, ...denyToolUse(reason) };
}

/** Allows a tool call, with another input where one is given. */
export function allowToolUse(reason: string, updatedInput?: Record<string, unknown>) {
  return {
    hookSpecificOutput: {
      hookEventName: 'PreToolUse',
      permissionDecision: 'allow',
      permissionDecisionReason: reason,
      ...(updatedInput ? { updatedInput } : {}),
    },
  };
}

/** Adds a text to what the model reads. */
export function addContext(hookEventName: string, text: string) {
  return { hookSpecificOutput: { hookEventName, additionalContext: text } };
}
