import { dirname } from 'node:path';
import type * as z from 'zod/mini';
import type { postAgentEvent, sessionEvent } from '../claude/hook-events.ts';
import { COMPACTION } from '../claude/worker-plugin.ts';
import { findAttempt, loadActiveRuns } from '../operations/find-agent.ts';
import { type Attempt, attemptStart, isRunning } from '../run/attempt.ts';
import { commit } from '../store/commit.ts';
import type { RunHandle } from '../store/run-handle.ts';
import { worktreePath } from '../store/run-paths.ts';
import { holdsBrief, repeatBrief } from '../view/prompts/brief.ts';
import { addContext, type HookContext, type HookOutput } from './hook-context.ts';

/** After a launch: records whether the hook of another plugin has replaced the brief. */
export function noteReplacedBrief(
  run: RunHandle,
  { tool_use_id: id, tool_input: input, tool_response: response }: z.infer<typeof postAgentEvent>,
  context: HookContext,
): void {
  const attempt = run.state.attempts.get(id);
  if (!attempt || attempt.isBriefMissing || attempt.end) return;
  if (holdsBrief(response.prompt ?? input.prompt, run.paths.run, attempt.task)) return;
  commit(run, [{ event: 'brief.replaced', at: context.now(), attempt: id }], context);
}

/**
 * The brief for an agent that started without it; it then counts as given.
 * @returns null if the agent has its brief
 */
export function missingBrief(
  run: RunHandle,
  attempt: Attempt,
  context: HookContext,
): string | null {
  if (!attempt.isBriefMissing || !isRunning(attempt)) return null;
  const brief = briefAgain(run, attempt, context);
  commit(run, [{ event: 'brief.given', at: context.now(), attempt: attempt.id }], context);
  return `Your first message should have been this brief, but another hook replaced it. Work on it now:\n\n${brief}`;
}

/** Like {@link missingBrief}, for an agent whose run is not known. */
export function briefForAgent(agentId: string, context: HookContext): string | null {
  for (const run of loadActiveRuns(context)) {
    const attempt = findAttempt(run, agentId, null);
    if (attempt) return missingBrief(run, attempt, context);
  }
  return null;
}

/** After a compaction an agent knows of its brief only what the summary of its context says. */
export function repeatBriefTo(
  agentId: string,
  { hook_event_name: name, source }: z.infer<typeof sessionEvent>,
  context: HookContext,
): HookOutput {
  if (source !== COMPACTION) return null;
  for (const run of loadActiveRuns(context)) {
    const attempt = findAttempt(run, agentId, null);
    if (!attempt || !isRunning(attempt)) continue;
    const brief = briefAgain(run, attempt, context);
    return addContext(
      name,
      `Your context was compacted. This is your brief; continue where you were.\n\n${brief}`,
    );
  }
  return null;
}

function briefAgain({ state, paths }: RunHandle, attempt: Attempt, { now }: HookContext): string {
  const task = state.tasks.get(attempt.task);
  if (!task) return '';
  const { startToCloseTimeout } = state.opened.policy.tiers[task.plan.tier];
  const used = Date.parse(now()) - Date.parse(attemptStart(attempt));
  const left = Math.max(0, startToCloseTimeout - used);
  const worktrees = dirname(worktreePath(paths, 'task'));
  return repeatBrief(state, task, { run: paths.dir, worktrees }, left);
}
