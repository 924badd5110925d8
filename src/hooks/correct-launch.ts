import type * as z from 'zod/mini';
import { isOwnAgentType } from '../claude/agent-types.ts';
import type { preAgentEvent } from '../claude/hook-events.ts';
import { loadActiveRuns } from '../operations/find-agent.ts';
import { isOfThisClient } from '../operations/session-runs.ts';
import { isEnded, toStatusDocument } from '../run/status-document.ts';
import { findLaunchToken, findTaskRefs } from '../run/task-ref.ts';
import { isFinished } from '../run/task-status.ts';
import { commit } from '../store/commit.ts';
import type { RunHandle } from '../store/run-handle.ts';
import { describeMissedLaunches, pausePrompt } from '../view/prompts/pause-prompts.ts';
import { malformedTokenPrompt, rightLaunchPrompt } from '../view/prompts/right-launch.ts';
import { denyToolUse, type HookContext, type HookOutput } from './hook-context.ts';

type AgentCall = z.infer<typeof preAgentEvent>;

/**
 * An `Agent` call of the orchestrator without a launch token. It is denied if it names a task, or
 * asks for an agent that works only on tasks.
 * @returns null if the call is about something else
 */
export function correctLaunch(event: AgentCall, context: HookContext): HookOutput {
  const runs = loadActiveRuns(context).filter(
    ({ state }) => !isEnded(toStatusDocument(state).status),
  );
  const { prompt, subagent_type: type = '' } = event.tool_input;
  const named = runs.map((run) => ({ run, tasks: tasksNamed(run, prompt) }));
  const meant = named.filter(({ tasks }) => tasks.length > 0);
  if (meant.length > 0) return deny(meant, event, context);
  const own = named.filter(({ run }) => mayBelongTo(run, event.session_id, context));
  if (own.length > 0 && isOwnAgentType(type)) return deny(own, event, context);
  // An agent that was given the work in other words: the tasks stay ready, and are listed again.
  const idle = own.filter(({ run }) => run.state.attempts.size === 0);
  const paused = idle.filter(({ run }) => recordMissed(run, event, context));
  return tellPerson(paused.map(({ run }) => run));
}

interface MeantRun {
  run: RunHandle;
  /** Those that the call names. */
  tasks: readonly string[];
}

/** The unfinished tasks of a run to which a prompt refers. */
function tasksNamed({ paths, state }: RunHandle, prompt: string): string[] {
  const statuses = new Map(toStatusDocument(state).tasks.map(({ id, status }) => [id, status]));
  return findTaskRefs(prompt).flatMap(({ run, task }) => {
    const status = run === paths.run ? statuses.get(task) : undefined;
    return status && !isFinished(status) ? task : [];
  });
}

/** A run that `swarm plan` opened outside of any session has none yet. */
function mayBelongTo(run: RunHandle, session: string, context: HookContext): boolean {
  if (run.state.supervision.current) return false;
  return run.state.session === null || isOfThisClient(run, session, context);
}

function deny(meant: readonly MeantRun[], event: AgentCall, context: HookContext): HookOutput {
  const token = findLaunchToken(event.tool_input.prompt);
  const malformed = token && 'malformed' in token ? [malformedTokenPrompt(token.malformed)] : [];
  const corrections = meant.map(({ run, tasks }) =>
    rightLaunchPrompt(run.state, tasks, context.isPlugin),
  );
  const reasons = [...malformed, ...corrections];
  const paused = meant.map(({ run }) => run).filter((run) => recordMissed(run, event, context));
  const pauses = paused.map(({ state }) => pausePrompt(state));
  return { ...denyToolUse([...reasons, ...pauses].join('\n')), ...tellPerson(paused) };
}

/** This many messages in a row are a misunderstanding that another "Launch now" does not clear up. */
const MAX_MISSED = 3;

/** @returns whether the run is paused because of this call */
function recordMissed(run: RunHandle, event: AgentCall, context: HookContext): boolean {
  const { session_id: session } = event;
  const at = context.now();
  commit(run, [{ event: 'launch.missed', at, session }], context);
  if (run.state.pause || run.state.missedLaunches.count < MAX_MISSED) return false;
  commit(run, [{ event: 'run.paused', at, session, reason: 'launches' }], context);
  return true;
}

function tellPerson(paused: readonly RunHandle[]) {
  if (paused.length === 0) return null;
  return { systemMessage: paused.map(({ state }) => describeMissedLaunches(state)).join('\n') };
}
