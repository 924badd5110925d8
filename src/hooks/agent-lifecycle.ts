import { existsSync } from 'node:fs';
import type * as z from 'zod/mini';
import type {
  agentFailureEvent,
  handbackEvent,
  postAgentEvent,
  stopFailureEvent,
  subagentStartEvent,
  subagentStopEvent,
  taskStopEvent,
} from '../claude/hook-events.ts';
import { wholeLastMessage } from '../claude/transcript-lines.ts';
import { clientId } from '../ledger/events.ts';
import { NewerLedgerError } from '../ledger/format.ts';
import { findAttempt, loadActiveRuns, runsOfAgent } from '../operations/find-agent.ts';
import { recordAgentEnd, STOPPED } from '../operations/record-agent-end.ts';
import { recordIdle } from '../operations/record-idle.ts';
import { storeReport } from '../operations/store-report.ts';
import { locateWorktree } from '../platform/repository-paths.ts';
import { isRunning } from '../run/attempt.ts';
import { classifyError } from '../run/classify-error.ts';
import { isCheckDue } from '../run/status-document.ts';
import { findLaunchToken } from '../run/task-ref.ts';
import { isInterrupted } from '../run/task-status.ts';
import { commit } from '../store/commit.ts';
import { type RunHandle, refresh } from '../store/run-handle.ts';
import { runPaths } from '../store/run-paths.ts';
import { sanitizeLine } from '../text/sanitize.ts';
import { renderFailedCheck } from '../view/prompts/failed-check.ts';
import { nextStepPrompt } from '../view/prompts/next-step.ts';
import { recordRefusal } from './gate-outcome.ts';
import { addContext, type HookContext, type HookOutput, transcriptPath } from './hook-context.ts';
import { briefForAgent, missingBrief, noteReplacedBrief } from './missing-brief.ts';
import { observeAgent } from './observe-agent.ts';
import { pauseForLimit } from './pauses.ts';

/** After an `Agent` call: records its agent, and the report if it ran in the foreground. */
export function recordLaunched(
  event: z.infer<typeof postAgentEvent>,
  context: HookContext,
): HookOutput {
  const run = runOfLaunch(event.tool_input.prompt, event.tool_use_id, context);
  if (!run) return null;
  noteReplacedBrief(run, event, context);
  const { agentId, status } = event.tool_response;
  const attempt = run.state.attempts.get(event.tool_use_id);
  if (agentId && !attempt?.agentId) {
    commit(
      run,
      [{ event: 'attempt.started', at: context.now(), attempt: event.tool_use_id, agentId }],
      context,
    );
  }
  if (status === 'async_launched') return null;
  recordAgentEnd(
    run,
    {
      agentId: agentId ?? null,
      attempt: event.tool_use_id,
      outcome: 'reported',
      category: null,
      message: null,
      text: foregroundReport(event.tool_response),
    },
    context,
  );
  return addContext(event.hook_event_name, nextStepPrompt(run.state, context.isPlugin));
}

/** The output of a foreground agent, without the notes that the client prepends. */
function foregroundReport(response: z.infer<typeof postAgentEvent>['tool_response']): string {
  if (response.handbackReport?.text) return response.handbackReport.text;
  return (response.content ?? [])
    .slice(response.harnessNoteCount ?? 0)
    .flatMap((block) => block.text ?? [])
    .join('\n');
}

const EARLY_END = /^Agent terminated early/;

/** After a failed `Agent` call: the client refused it, or its foreground agent failed. */
export function recordLaunchFailure(
  event: z.infer<typeof agentFailureEvent>,
  context: HookContext,
): HookOutput {
  const run = runOfLaunch(event.tool_input.prompt, event.tool_use_id, context);
  if (!run) return null;
  const attempt = event.tool_use_id;
  const category = classifyError(undefined, event.error);
  const end = { agentId: null, attempt, message: event.error, text: null };
  if (event.is_interrupt) {
    recordAgentEnd(run, { ...end, outcome: 'stopped', category: null }, context);
  } else if (EARLY_END.test(event.error)) {
    recordAgentEnd(run, { ...end, outcome: 'failed', category }, context);
  } else {
    const message = sanitizeLine(event.error, 500);
    commit(
      run,
      [{ event: 'attempt.refused', at: context.now(), attempt, category, message }],
      context,
    );
  }
  return addContext(event.hook_event_name, nextStepPrompt(run.state, context.isPlugin));
}

/** The run of a launch that was recorded before the call; null for other calls. */
function runOfLaunch(prompt: string, attempt: string, context: HookContext): RunHandle | null {
  const token = findLaunchToken(prompt);
  // The hook of another plugin may have replaced the prompt.
  if (!token || !('ref' in token))
    return loadActiveRuns(context).find(({ state }) => state.attempts.has(attempt)) ?? null;
  const paths = runPaths(context.root, token.ref.run);
  // A run may be removed while its agents are running.
  if (!existsSync(paths.ledger)) return null;
  try {
    const run = context.load(paths);
    return run.state.attempts.has(attempt) ? run : null;
  } catch (error) {
    // The SessionStart hook has already reported that this run needs a newer version.
    if (error instanceof NewerLedgerError) return null;
    throw error;
  }
}

/**
 * When an agent starts: records it in the runs that are waiting for one. An interrupted agent that
 * a message has resumed is recorded in its own run.
 */
export function recordAgentStart(
  event: z.infer<typeof subagentStartEvent>,
  context: HookContext,
): HookOutput {
  const agent = { agentId: event.agent_id, session: event.session_id };
  for (const run of runsOfAgent(loadActiveRuns(context), agent)) {
    const { agent_id: agentId, agent_type: agentType, session_id: session } = event;
    const at = context.now();
    const { client } = context;
    const attempt = findAttempt(run, agentId, null);
    if (attempt && isInterrupted(run.state, attempt)) {
      const resumed = { event: 'agent.resumed', at, agentId, session, client } as const;
      commit(run, [resumed], context);
    } else commit(run, [{ event: 'agent.started', at, agentId, agentType }], context);
    const brief = attempt && missingBrief(run, attempt, context);
    if (brief) return addContext(event.hook_event_name, brief);
  }
  return null;
}

const REPORTED = { outcome: 'reported', category: null, message: null } as const;

type StopEvent = z.infer<typeof subagentStopEvent>;

/** When an agent ends its turn, which need not be its end. */
export function recordAgentStop(event: StopEvent, context: HookContext): HookOutput {
  const { agent_id: agentId, session_id: session } = event;
  const brief = briefForAgent(agentId, context);
  if (brief) return { decision: 'block', reason: brief };
  const text = lastMessage(event, context);
  if (text.length > LONGEST_MESSAGE && !event.stop_hook_active) {
    const held = storeLongMessage(agentId, text, context);
    if (held) return held;
  }
  const unproved = checkWork({ agentId, text, cwd: event.cwd }, context);
  if (unproved) return unproved;
  observeAgent(event, context);
  for (const run of runsOfAgent(loadActiveRuns(context), { agentId, session })) {
    const attempt = findAttempt(run, agentId, null);
    if (attempt) recordRefusal(run, attempt, context);
    const ends = run.state.agents.get(agentId)?.ends ?? [];
    if (attempt ? isRunning(attempt) : ends.length === 0) recordIdle(run, agentId, text, context);
    else recordAgentEnd(run, { ...REPORTED, agentId, attempt: null, text }, context);
  }
  return null;
}

/** Hook events have only the last part of a message that the output limit cut. */
function lastMessage(
  { agent_id: agentId, agent_transcript_path: named, last_assistant_message: last }: StopEvent,
  context: HookContext,
): string {
  const path = transcriptPath(named, `agent-${agentId}`, context);
  return (path && last && wholeLastMessage(path, last, context.sleep)) || (last ?? '');
}

/** Longer last messages are kept from the orchestrator; characters. */
const LONGEST_MESSAGE = 4_000;

/**
 * The client passes an agent's whole last message to the orchestrator. A long one is stored as the
 * report, and the agent's end is blocked once so that it answers briefly.
 */
function storeLongMessage(agentId: string, text: string, context: HookContext): HookOutput {
  for (const run of loadActiveRuns(context)) {
    const attempt = findAttempt(run, agentId, null);
    if (!attempt || !isRunning(attempt)) continue;
    const name = `${run.paths.run}/${attempt.task}`;
    if (!attempt.report) storeReport(context, name, text, attempt.id);
    return {
      decision: 'block',
      reason:
        'Your full report is stored. Your last message reaches a busy reader: end now with an abstract of at most five sentences, and nothing else.',
    };
  }
  return null;
}

/** After an agent has handed over its report. */
export function recordHandback(
  event: z.infer<typeof handbackEvent>,
  context: HookContext,
): HookOutput {
  const { agent_id: agentId, session_id: session, tool_input: input } = event;
  if (!agentId) return null;
  const report = { text: input.message ?? null, isHandedOver: true };
  for (const run of runsOfAgent(loadActiveRuns(context), { agentId, session })) {
    const attempt = findAttempt(run, agentId, null);
    if (attempt) recordRefusal(run, attempt, context);
    recordAgentEnd(run, { ...REPORTED, agentId, attempt: null, ...report }, context);
  }
  return null;
}

/**
 * Runs the checks of an agent's task before its end is recorded. When one fails, the agent is sent
 * back to work with the output, as often as the configuration allows.
 */
function checkWork(
  { agentId, text, cwd }: { agentId: string; text: string; cwd: string },
  context: HookContext,
): HookOutput {
  for (const run of loadActiveRuns(context)) {
    const attempt = findAttempt(run, agentId, null);
    if (!attempt || !isRunning(attempt) || !attempt.checks.isRequired) continue;
    if (!attempt.report && text.trim() === '') continue;
    const round = context.verify(run, attempt.id, placeOf(cwd, context));
    refresh(run);
    const { checks, task } = run.state.attempts.get(attempt.id) ?? attempt;
    const { rounds: of } = run.state.opened.policy.checks;
    if (!round || checks.isPassed || checks.rounds > of) return null;
    const ref = { run: run.paths.run, task };
    const reason = renderFailedCheck(ref, round, { round: checks.rounds, of });
    return { decision: 'block', reason };
  }
  return null;
}

/** Runs the checks of runs whose last task has ended. */
export function checkEndedRuns(
  runs: readonly RunHandle[],
  cwd: string,
  context: HookContext,
): void {
  for (const run of runs) {
    if (!isCheckDue(run.state, context.now())) continue;
    context.verify(run, null, placeOf(cwd, context));
    refresh(run);
  }
}

/** The working tree of the session. */
function placeOf(cwd: string, { root }: HookContext): string {
  return locateWorktree(root, cwd) ?? root;
}

/** When an agent fails on an API error, or the conversation itself. */
export function recordAgentFailure(
  event: z.infer<typeof stopFailureEvent>,
  context: HookContext,
): HookOutput {
  const { agent_id: agentId, session_id: session } = event;
  const message = event.last_assistant_message ?? event.error ?? 'the API failed';
  if (!agentId) {
    pauseForLimit(message, session, context);
    return null;
  }
  for (const run of runsOfAgent(loadActiveRuns(context), { agentId, session })) {
    const category = classifyError(event.error, message);
    recordAgentEnd(
      run,
      { agentId, attempt: null, outcome: 'failed', category, message, text: null },
      context,
    );
  }
  return null;
}

/** After Claude has stopped an agent by its id. */
export function recordAgentKilled(
  event: z.infer<typeof taskStopEvent>,
  context: HookContext,
): HookOutput {
  const agentId = clientId.safeParse(event.tool_input.task_id).data;
  if (!agentId) return null;
  for (const run of loadActiveRuns(context)) {
    if (!findAttempt(run, agentId, null)) continue;
    recordAgentEnd(run, { ...STOPPED, agentId, attempt: null }, context);
  }
  return null;
}
