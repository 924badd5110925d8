import type * as z from 'zod/mini';
import type { userPromptEvent } from '../claude/hook-events.ts';
import { parseTaskNotification, type TaskNotification } from '../claude/task-notification.ts';
import { clientId } from '../ledger/events.ts';
import { expireAttempts } from '../operations/expire-attempts.ts';
import { findAttempt, loadActiveRuns } from '../operations/find-agent.ts';
import { type AgentEnd, recordAgentEnd, STOPPED } from '../operations/record-agent-end.ts';
import { recordContinued } from '../operations/record-idle.ts';
import { isRunning, stoppedAtTurnLimit } from '../run/attempt.ts';
import { classifyError } from '../run/classify-error.ts';
import { unreportedStalls } from '../run/heartbeat.ts';
import { idleOf } from '../run/run-state.ts';
import { commit } from '../store/commit.ts';
import type { RunHandle } from '../store/run-handle.ts';
import { nextStepPrompt } from '../view/prompts/next-step.ts';
import { checkEndedRuns } from './agent-lifecycle.ts';
import { addContext, type HookContext, type HookOutput } from './hook-context.ts';
import { endMissedLaunches, pauseInterrupted } from './pauses.ts';
import { showNotifications } from './terminal-notifications.ts';

/** When the person or the client prompts the orchestrator. */
export function readPrompt(
  event: z.infer<typeof userPromptEvent>,
  context: HookContext,
): HookOutput {
  const notification = parseTaskNotification(event.prompt);
  return notification
    ? readNotification(notification, event, context)
    : readPersonsPrompt(event, context);
}

/** Names a run once that the person has interrupted. */
function readPersonsPrompt(
  event: z.infer<typeof userPromptEvent>,
  context: HookContext,
): HookOutput {
  const runs = loadActiveRuns(context);
  endMissedLaunches(runs, event, context);
  const lines = pauseInterrupted(runs, event, context).map((run) =>
    nextStepPrompt(run.state, context.isPlugin),
  );
  return lines.length > 0 ? addContext(event.hook_event_name, lines.join('\n')) : null;
}

/**
 * When the client notifies the orchestrator, the only signal that every end of an agent causes:
 * records ends that no other hook saw, and tells the orchestrator the state of its runs.
 */
function readNotification(
  notification: TaskNotification,
  event: z.infer<typeof userPromptEvent>,
  context: HookContext,
): HookOutput {
  const runs = loadActiveRuns(context);
  pauseInterrupted(runs, event, context);
  const concerned = runs.filter((run) => recordNotification(run, notification, context));
  checkEndedRuns(runs, event.cwd, context);
  const lines = runs
    .filter((run) => concerned.includes(run) || belongsTo(run, event.session_id))
    .map((run) => {
      expireAttempts(run, context);
      const line = nextStepPrompt(run.state, context.isPlugin);
      recordTold(run, context);
      return line;
    });
  if (lines.length === 0) return null;
  const output = addContext(event.hook_event_name, lines.join('\n'));
  return { ...output, ...showNotifications(runs, event.session_id, context) };
}

/** Records which stalls were reported: the orchestrator hears of each only once. */
function recordTold(run: RunHandle, context: HookContext): void {
  const told = unreportedStalls(run.state);
  if (told.length === 0) return;
  const at = context.now();
  commit(
    run,
    told.map(({ id }) => ({ event: 'stall.told', at, attempt: id })),
    context,
  );
}

function belongsTo({ state }: RunHandle, session: string): boolean {
  return (
    state.opened.session === session ||
    [...state.attempts.values()].some((attempt) => attempt.session === session)
  );
}

/** @returns whether the notification is about an agent of the run */
function recordNotification(
  run: RunHandle,
  notification: TaskNotification,
  context: HookContext,
): boolean {
  const agentId = clientId.safeParse(notification.taskId).data ?? null;
  const call = clientId.safeParse(notification.toolUseId).data ?? null;
  const attempt = findAttempt(run, agentId, call);
  // The report of an agent whose launch is not linked to it yet.
  const isUnlinked = !attempt && idleOf(run.state, agentId) !== null;
  if (!attempt && !isUnlinked) return false;
  if (agentId !== null && WAITING.test(notification.summary)) {
    if (!attempt || isRunning(attempt)) recordContinued(run, agentId, true, context);
    return true;
  }
  recordAgentEnd(run, { agentId, attempt: attempt?.id ?? null, ...endOf(notification) }, context);
  return true;
}

function endOf({
  status,
  summary,
  result,
}: TaskNotification): Omit<AgentEnd, 'agentId' | 'attempt'> {
  switch (status) {
    case 'completed':
      if (TURN_LIMIT.test(summary)) return stoppedAtTurnLimit(result?.replace(PARTIAL, '') ?? null);
      return {
        outcome: 'reported',
        category: null,
        message: null,
        text: withoutPlaceholder(result),
      };
    case 'failed': {
      const category = classifyError(undefined, summary);
      return { outcome: 'failed', category, message: summary, text: null };
    }
    case 'killed':
      return STOPPED;
    default:
      return { outcome: 'lost', category: 'lost', message: summary || status, text: null };
  }
}

/** How the client, as of 2.1.330, says that an agent will be resumed by work of its own. */
const WAITING = /" is waiting on its own background work$/;

/** How the client, as of 2.1.330, says that an agent reached the `maxTurns` of its type. */
const TURN_LIMIT = /" stopped at its \d+-turn limit\b/;
const PARTIAL = /^NOTE: this agent stopped at its \d+-turn limit[^\n]*\n+/;

/** The client's text in place of a report that was handed over, or that is missing. */
const PLACEHOLDER =
  /^(?:This agent's report was delivered to you|The subagent ended without delivering a report)/;

function withoutPlaceholder(result: string | null): string | null {
  return result && PLACEHOLDER.test(result) ? null : result;
}
