import type * as z from 'zod/mini';
import type { sessionEvent, stopEvent } from '../claude/hook-events.ts';
import { loadActiveRuns } from '../operations/find-agent.ts';
import { reconcileRun } from '../operations/reconcile-run.ts';
import { recordAgentEnd } from '../operations/record-agent-end.ts';
import { endsOfIdle } from '../operations/record-idle.ts';
import { endPassedLimit } from '../operations/resume-run.ts';
import { isOfThisClient, isSameProcess } from '../operations/session-runs.ts';
import { recordDeadSessions, recordSessionsEnded, takeOverRun } from '../operations/sessions.ts';
import { type Attempt, isRunning } from '../run/attempt.ts';
import { attemptOfAgent, isActive } from '../run/run-state.ts';
import { isEnded, toStatusDocument } from '../run/status-document.ts';
import { commit } from '../store/commit.ts';
import type { RunHandle } from '../store/run-handle.ts';
import { isWatch, reasonToBlockTurn } from '../view/prompts/block-turn.ts';
import { nextStepPrompt } from '../view/prompts/next-step.ts';
import { describeRecovery } from '../view/prompts/recovery.ts';
import { checkEndedRuns } from './agent-lifecycle.ts';
import { bestEffort } from './best-effort.ts';
import { decideResumption } from './cost/decide-resumption.ts';
import { addContext, type HookContext, type HookOutput } from './hook-context.ts';
import { repeatBriefTo } from './missing-brief.ts';
import { pauseRuns, wasInterrupted } from './pauses.ts';
import { showNotifications } from './terminal-notifications.ts';

/** Reasons for the end of a session after which its agents continue. */
const AGENTS_CONTINUE = new Set(['clear', 'resume']);

/** Reasons for the end of a session that only the person can give, as of client 2.1.330. */
const BY_PERSON = new Set(['prompt_input_exit', 'logout']);

/**
 * When a session ends: its agents end too, and those without a report are interrupted. If the person
 * ended it, a later session does not launch anything by itself.
 */
export function recordSessionEnd(
  event: z.infer<typeof sessionEvent>,
  context: HookContext,
): HookOutput {
  const { session_id: session, reason = 'unknown' } = event;
  if (AGENTS_CONTINUE.has(reason)) return null;
  const runs = loadActiveRuns(context);
  for (const run of runs) {
    recordSessionsEnded(run, (attempt) => attempt.session === session, reason, context);
  }
  if (BY_PERSON.has(reason)) pauseRuns(runs, session, 'ended', context);
  return null;
}

/**
 * When a session starts, even after a crash, `/clear` or a compaction: records the agents of dead
 * clients as interrupted, and tells Claude about unfinished runs.
 */
export function recordSessionStart(
  event: z.infer<typeof sessionEvent>,
  context: HookContext,
): HookOutput {
  if (event.agent_id !== undefined) return repeatBriefTo(event.agent_id, event, context);
  // Later hooks of the session silently ignore these runs.
  const newer: string[] = [];
  const runs = loadActiveRuns(context, ({ message }) => {
    newer.push(`A swarm run cannot be used in this session. Tell the person: ${message}`);
  });
  const lines = runs.flatMap((run) => {
    recordDeadSessions(run, context);
    if (isOfThisClient(run, event.session_id, context)) {
      takeOverRun(run, event.session_id, context);
      endPassedLimit(run, context);
      bestEffort(() => decideResumption(run, event, context), context);
      return [
        describeRecovery(run.state, run.paths.dir),
        nextStepPrompt(run.state, context.isPlugin),
      ];
    }
    return mentionToOthers(run, context) ?? [];
  });
  const text = [...newer, ...lines].join('\n');
  return text === '' ? null : addContext(event.hook_event_name, text);
}

/** A run that has been idle for longer is no longer mentioned; milliseconds. */
const FORGOTTEN_AFTER = 7 * 24 * 3_600_000;

/** Describes, to another session, a run that no session looks after. */
function mentionToOthers({ state, paths }: RunHandle, context: HookContext): string | null {
  const isTended = isActive(reconcileRun(state, context));
  const age = Date.parse(context.now()) - Date.parse(state.lastEventAt);
  if (isTended || age > FORGOTTEN_AFTER) return null;
  const { status } = toStatusDocument(state);
  if (status === 'input_required') {
    return `The swarm run ${paths.run} of another session is waiting for the person: \`swarm status ${paths.run}\` shows why, and they decide with \`swarm approve\` or \`swarm deny\`.`;
  }
  return isEnded(status)
    ? `The swarm run ${paths.run} of another session is ${status}, and nobody has read its summary: ${paths.summary}`
    : `There is an unfinished swarm run ${paths.run} of another session. If the person wants to resume it: /swarm-resume ${paths.run}`;
}

/**
 * When the orchestrator's turn ends: records agents that the client no longer has and that never
 * reported as lost, and blocks the end of the turn while the orchestrator still has to act.
 */
export function checkStop(event: z.infer<typeof stopEvent>, context: HookContext): HookOutput {
  const { session_id: session, background_tasks: tasks } = event;
  if (event.agent_id !== undefined) return null;
  const runs = loadActiveRuns(context).filter((run) => isOfThisClient(run, session, context));
  const commands = tasks?.flatMap(({ command }) => command ?? []);
  for (const run of runs) {
    if (tasks) recordMissing(run, tasks, context);
    checkEndedRuns([run], event.cwd, context);
    if (wasInterrupted(run, event, context)) continue;
    const reason = reasonToBlockTurn(run.state, context.isPlugin, commands);
    if (!reason) continue;
    commit(run, [{ event: 'turn.held', at: context.now(), session }], context);
    return { decision: 'block', reason, ...showNotifications([run], session, context) };
  }
  return null;
}

/**
 * Whether an agent waits for background work of its own. The client does not list it then, only the
 * work, and does not say whose that is.
 */
function isWaiting({ state }: RunHandle, { agentId }: Attempt, tasks: BackgroundTasks): boolean {
  if (!state.agents.get(agentId ?? '')?.isWaiting) return false;
  return tasks.some(({ command = '', id }) => !isWatch(command) && !attemptOfAgent(state, id));
}

type BackgroundTasks = NonNullable<z.infer<typeof stopEvent>['background_tasks']>;

function recordMissing(run: RunHandle, tasks: BackgroundTasks, context: HookContext): void {
  const alive = new Set(tasks.map(({ id }) => id));
  const { state } = run;
  const missing = [...state.attempts.values()].filter(
    ({ client, agentId }) => isSameProcess(client, context.client) && !alive.has(agentId ?? ''),
  );
  const ended = endsOfIdle(state, missing, context.now());
  if (ended.length > 0) commit(run, ended, context);
  for (const attempt of missing.filter(isRunning)) {
    if (isWaiting(run, attempt, tasks)) continue;
    const message = attempt.agentId
      ? 'the client no longer has its agent, which never reported'
      : 'the client never started its agent';
    const { agentId, id } = attempt;
    recordAgentEnd(
      run,
      { agentId, attempt: id, outcome: 'lost', category: 'lost', message, text: null },
      context,
    );
  }
}
