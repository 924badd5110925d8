import type * as z from 'zod/mini';
import { agentCallOptions } from '../claude/agent-call.ts';
import { resolveAgentType } from '../claude/agent-types.ts';
import type { preAgentEvent } from '../claude/hook-events.ts';
import { SwarmError } from '../errors/swarm-error.ts';
import { attemptsAwaitingAgent, loadActiveRuns } from '../operations/find-agent.ts';
import { loadTask } from '../operations/find-run.ts';
import { recordDeadSessions } from '../operations/sessions.ts';
import { decidingAttempt, type Refusal } from '../run/attempt.ts';
import { effortOf, modelOf } from '../run/cost/model-of.ts';
import { retryTime } from '../run/retry-policy.ts';
import { attemptOfAgent, type TaskState } from '../run/run-state.ts';
import { findLaunchToken, type TaskRef } from '../run/task-ref.ts';
import { commit } from '../store/commit.ts';
import { type RunHandle, refresh } from '../store/run-handle.ts';
import { makeScratch } from '../store/scratch.ts';
import { renderBrief } from '../view/prompts/brief.ts';
import { malformedTokenPrompt } from '../view/prompts/right-launch.ts';
import { bestEffort } from './best-effort.ts';
import { correctLaunch } from './correct-launch.ts';
import { allowToolUse, denyToolUse, type HookContext, type HookOutput } from './hook-context.ts';

/**
 * Before an `Agent` call: a prompt that begins with a launch token is recorded and replaced by the
 * task's brief. A call that means a task, but does not launch it, is denied with the right prompt.
 * Other calls are left alone.
 */
export function launchAgent(
  event: z.infer<typeof preAgentEvent>,
  context: HookContext,
): HookOutput {
  const token = findLaunchToken(event.tool_input.prompt);
  if (!token || 'malformed' in token) {
    const isNested = event.agent_id !== undefined;
    const correction = isNested ? null : correctLaunch(event, context);
    if (correction) return correction;
    return token
      ? denyToolUse(malformedTokenPrompt(token.malformed))
      : recordDelegation(event, context);
  }
  try {
    return recordLaunch(token.ref, event, context);
  } catch (error) {
    if (error instanceof SwarmError) return denyToolUse(error.message);
    throw error;
  }
}

/**
 * An agent of a run is responsible for the agents that it launches. If it is not known yet whose
 * agent it is, every attempt of the session whose agent is not known is.
 */
function recordDelegation(
  { agent_id: agentId, session_id: session }: z.infer<typeof preAgentEvent>,
  context: HookContext,
): HookOutput {
  if (agentId === undefined) return null;
  for (const run of loadActiveRuns(context)) {
    const own = attemptOfAgent(run.state, agentId);
    const delegating = own ? [own] : attemptsAwaitingAgent(run, session);
    const at = context.now();
    const events = delegating
      .filter(({ isDelegating }) => !isDelegating)
      .map(({ id: attempt }) => ({ event: 'agent.delegated', at, attempt }) as const);
    try {
      if (events.length > 0) commit(run, events, context);
    } catch (error) {
      return denyToolUse(
        `this agent could not be recorded as yours, so it was not started: ${(error as Error).message}`,
      );
    }
  }
  return null;
}

function recordLaunch(
  ref: TaskRef,
  event: z.infer<typeof preAgentEvent>,
  context: HookContext,
): HookOutput {
  const { run, task } = loadTask(context, ref);
  const holder = run.state.supervision.current;
  if (holder && context.isAlive(holder.process)) {
    return denyToolUse(
      `\`swarm run\` (process ${holder.process.pid}) is executing run ${ref.run}; do not launch its tasks. \`swarm status ${ref.run}\` shows its progress.`,
    );
  }
  recordDeadSessions(run, context);
  const late = waitForRetry(run, task, context);
  if (late) return denyToolUse(explainRefusal(run, ref, { reason: 'too-early', retryAt: late }));
  const launched = {
    event: 'attempt.launched',
    at: context.now(),
    task: ref.task,
    attempt: event.tool_use_id,
    session: event.session_id,
    client: context.client,
  } as const;
  commit(run, [launched], context);
  // If two launches happen at the same moment, the first in the ledger wins.
  const attempt = run.state.attempts.get(event.tool_use_id);
  if (attempt?.task !== ref.task) {
    return denyToolUse(
      `this launch could not be distinguished from an earlier one; launch "${ref.task}" again.`,
    );
  }
  const { refusal } = attempt;
  if (refusal) return denyToolUse(explainRefusal(run, ref, refusal));
  bestEffort(() => makeScratch(run.paths, attempt), context);

  const { startToCloseTimeout } = run.state.opened.policy.tiers[task.plan.tier];
  // In a worktree of the client's own, neither the run nor other tasks would see its changes.
  const { isolation: _, ...input } = event.tool_input;
  return allowToolUse(`task ${ref.task} of run ${ref.run}`, {
    ...input,
    ...agentCallOptions(modelOf(run.state, task.plan), effortOf(run.state, task.plan)),
    prompt: renderBrief(run.state, task, { run: run.paths.dir }, startToCloseTimeout),
    subagent_type: resolveAgentType(task.plan.agent, context.isPlugin),
    // The conversation continues while the agent works; a notification reports its end.
    run_in_background: true,
  });
}

/** A launch waits here for a backoff of at most this; milliseconds. */
const LONGEST_WAIT = 40_000;

/**
 * Nothing wakes the orchestrator when a backoff expires, so an early launch waits.
 * @returns when the task may be launched, if that is too long to wait; otherwise null
 */
function waitForRetry(run: RunHandle, task: TaskState, context: HookContext): string | null {
  const retryAt = retryTime(run.state.opened, task);
  if (retryAt === null) return null;
  const wait = Date.parse(retryAt) - Date.parse(context.now());
  if (wait > LONGEST_WAIT) return retryAt;
  if (wait > 0) {
    context.sleep(wait);
    // Events that arrived meanwhile may have changed the outcome.
    refresh(run);
  }
  return null;
}

function explainRefusal(run: RunHandle, ref: TaskRef, refusal: Refusal): string {
  const name = `task "${ref.task}"`;
  switch (refusal.reason) {
    case 'not-pending':
      return explainStatus(run, ref, name, refusal.status);
    case 'needs':
      return `${name} needs ${refusal.waitingFor.join(', ')} first. Launch it when a notification says that it is ready.`;
    case 'too-early':
      return `${name} will be retried at ${refusal.retryAt}, not before. Launch it then.`;
    case 'limit':
      return `${refusal.limit} agents are running, which is the limit. Launch ${name} when one of them has ended.`;
    case 'budget':
      return `${refusal.message}, so ${name} is not launched. Launch nothing more of this run, and tell the user.`;
    case 'client':
      return refusal.message;
  }
}

function explainStatus(run: RunHandle, ref: TaskRef, name: string, status: string): string {
  const attempt = decidingAttempt(run.state.tasks.get(ref.task)?.attempts ?? []);
  if (status === 'working') return `${name} is already running. Wait for its notification.`;
  if (status === 'completed')
    return `${name} is completed. Its report is ${run.paths.dir}/${attempt?.report?.path}.`;
  if (status === 'input_required')
    return `${name} is waiting for a person, who decides with \`swarm approve ${ref.run}/${ref.task}\` or \`swarm deny ${ref.run}/${ref.task}\`. Do not decide for them.`;
  return `${name} is ${status}, which is final. \`swarm retry ${ref.run}/${ref.task}\` allows one more attempt, if the person wants it.`;
}
