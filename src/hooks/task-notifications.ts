import type * as z from 'zod/mini';
import type { userPromptEvent } from '../claude/hook-events.ts';
import { type Notification, parseNotification } from '../claude/task-notification.ts';
import { clientId } from '../ledger/events.ts';
import { recordPassedTimes } from '../operations/expire-attempts.ts';
import {
  type AgentEnd,
  findAttempt,
  loadOpenRuns,
  recordAgentEnd,
  STOPPED,
} from '../operations/record-agent-end.ts';
import { categoriseError } from '../run/classify-error.ts';
import { untoldStalls } from '../run/heartbeat.ts';
import { appendToRun, type LoadedRun } from '../store/run-handle.ts';
import { describeNextStep } from '../view/prompts/next-step.ts';
import { addContext, type HookContext, type HookOutput } from './hook-context.ts';
import { showNotices } from './terminal-notifications.ts';

/**
 * When the client notifies the orchestrator: the one signal that comes for every end of an agent.
 * Ends that no other hook saw are entered, and the orchestrator is told the state of its runs.
 */
export function readNotifications(
  event: z.infer<typeof userPromptEvent>,
  context: HookContext,
): HookOutput {
  const notification = parseNotification(event.prompt);
  if (!notification) return null;
  const runs = loadOpenRuns(context);
  const concerned = runs.filter((run) => recordNotification(run, notification, context));
  const lines = runs
    .filter((run) => concerned.includes(run) || belongsTo(run, event.session_id))
    .map((run) => {
      recordPassedTimes(run, context.now());
      const line = describeNextStep(run.state, context.isPlugin);
      recordTold(run, context.now());
      return line;
    });
  if (lines.length === 0) return null;
  const output = addContext(event.hook_event_name, lines.join('\n'));
  return { ...output, ...showNotices(runs, event.session_id, context) };
}

/** The orchestrator is told of a stalled agent once. */
function recordTold(run: LoadedRun, at: string): void {
  const told = untoldStalls(run.state);
  if (told.length === 0) return;
  appendToRun(
    run,
    told.map(({ id }) => ({ event: 'stall.told', at, attempt: id })),
  );
}

function belongsTo({ state }: LoadedRun, session: string): boolean {
  return (
    state.opened.session === session ||
    [...state.attempts.values()].some((attempt) => attempt.session === session)
  );
}

/** @returns whether the notification is about an agent of the run */
function recordNotification(
  run: LoadedRun,
  notification: Notification,
  context: HookContext,
): boolean {
  const agentId = clientId.safeParse(notification.taskId).data ?? null;
  const call = clientId.safeParse(notification.toolUseId).data ?? null;
  const attempt = findAttempt(run, agentId, call);
  if (!attempt) return false;
  recordAgentEnd(run, { agentId, attempt: attempt.id, ...endOf(notification) }, context);
  return true;
}

function endOf({ status, summary, result }: Notification): Omit<AgentEnd, 'agentId' | 'attempt'> {
  switch (status) {
    case 'completed':
      return {
        outcome: 'reported',
        category: null,
        message: null,
        text: withoutPlaceholder(result),
      };
    case 'failed': {
      const category = categoriseError(undefined, summary);
      return { outcome: 'failed', category, message: summary, text: null };
    }
    case 'killed':
      return STOPPED;
    default:
      return { outcome: 'lost', category: 'lost', message: summary || status, text: null };
  }
}

/** What the client writes where a report would be when it was handed over, or was not. */
const PLACEHOLDER =
  /^(?:This agent's report was delivered to you|The subagent ended without delivering a report)/;

function withoutPlaceholder(result: string | null): string | null {
  return result && PLACEHOLDER.test(result) ? null : result;
}
