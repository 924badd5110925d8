import { basename, sep } from 'node:path';
import type { ProcessIdentity } from '../platform/process/process-identity.ts';
import { realPath } from '../platform/repository-paths.ts';
import type { Host } from '../store/host.ts';
import type { RunHandle } from '../store/run-handle.ts';
import type { FailedRound } from '../view/prompts/failed-check.ts';

/** What a hook handler receives besides the event. */
export interface HookContext extends Host {
  /** What a long-lived process remembers of unfinished runs whose ledger was damaged since. */
  damagedRuns?(): RunHandle[];
  /** Whether the plugin's server, which sees agents' tool calls, is known to be gone. */
  isBlind?: boolean;
  /**
   * Runs the checks of an attempt, or of the run as a whole, and waits for their end.
   * @param attempt its id; null for the run
   * @param cwd where the work was done
   * @returns null if there was nothing to check, or they could not be run
   */
  verify(run: RunHandle, attempt: string | null, cwd: string): FailedRound | null;
  /** Does something that nobody waits for, once the event is answered. */
  afterwards(work: () => Promise<void>): void;
  /** Waits. @param ms milliseconds */
  sleep(ms: number): void;
  /** The session of the worker in which the hook runs; null in a conversation. */
  worker: string | null;
  /** The client that called the hook. */
  client: ProcessIdentity;
  /** Whether a person can answer in the session. */
  isAttended: boolean;
  /** The directory in which the client keeps transcripts, absolute. */
  transcripts: string;
  /** The person's home directory. */
  home: string;
}

/** Thrown if a handler wants to block, which it must not in a process that other hooks wait for. */
export class HookDeclined extends Error {}

/**
 * The agent that an event is about: a subagent, or in a worker always the worker itself, even if
 * one of its own subagents acts. Undefined for a conversation.
 */
export function agentOf(
  event: { session_id: string; agent_id?: string | undefined },
  { worker }: HookContext,
): string | undefined {
  return event.session_id === worker ? worker : event.agent_id;
}

/**
 * The transcript that an event names. No other file that an event names is read.
 * @param owner the session's id, or `agent-<id>`
 * @returns null if the path is not where the client keeps the transcript of this owner
 */
export function transcriptPath(
  path: string | undefined,
  owner: string,
  { transcripts }: Pick<HookContext, 'transcripts'>,
): string | null {
  if (path === undefined || basename(path) !== `${owner}.jsonl`) return null;
  return realPath(path).startsWith(realPath(transcripts) + sep) ? path : null;
}

/** The JSON that a hook prints; nothing is printed for null. */
export type HookOutput =
  | (Decision & {
      terminalSequence?: string;
      /** Shown to the person and not to the model. */
      systemMessage?: string;
    })
  | { systemMessage: string }
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

/** Asks the person, in an attended session. */
export function askPerson(reason: string) {
  return {
    hookSpecificOutput: {
      hookEventName: 'PreToolUse',
      permissionDecision: 'ask',
      permissionDecisionReason: reason,
    },
  };
}

/** Ends the agent at this tool call, which does not run. */
export function stopAgent(reason: string): HookOutput {
  return { continue: false, stopReason: reason, ...denyToolUse(reason) };
}

/** Allows a tool call, with `updatedInput` if given. */
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

/** Adds text to the model's context. */
export function addContext(hookEventName: string, text: string) {
  return { hookSpecificOutput: { hookEventName, additionalContext: text } };
}
