import type { EventOf, LedgerEvent } from '../../ledger/events.ts';
import { laterTime, markReportLost, markSeen, recordEnd } from '../attempt.ts';
import { checkEnded, checkStarted } from '../evidence/check.ts';
import { touch } from '../memoize-by-revision.ts';
import { endMerge, startMerge, takeMergeStep } from '../merge/merge-state.ts';
import {
  attemptOfAgent,
  endPause,
  initialState,
  newTask,
  notificationId,
  proceed,
  type RunState,
} from '../run-state.ts';
import {
  agentContinued,
  agentEnded,
  agentIdle,
  agentResumed,
  agentStarted,
  attemptStarted,
  noteBrief,
  sessionEnded,
} from './agent-events.ts';
import {
  attemptLaunched,
  attemptRefused,
  attemptTimedOut,
  launchMissed,
  taskReused,
} from './attempt-events.ts';
import {
  attemptPlaced,
  machineLost,
  supervisorEnded,
  supervisorStarted,
  workerStarted,
  workerUsed,
  worktreeAdded,
  worktreeCommitted,
  worktreeMeasured,
  worktreeUncommitted,
} from './headless-events.ts';
import {
  cancelRequested,
  fileOutside,
  gateAsked,
  gateDecided,
  gateUsed,
  reportStored,
  rerunRequested,
  retryRequested,
  taskCheckpoint,
} from './task-events.ts';

/**
 * Derives the state of a run from its events.
 *
 * Two rules make the state independent of the order in which concurrent writers reached the ledger.
 * A launch counts if it was possible at its place in the ledger, so the first of two launches wins.
 * Of several facts about how one attempt ended, the strongest counts.
 * @returns null when there is no `run.opened` event
 */
export function foldLedger(events: Iterable<LedgerEvent>): RunState | null {
  let state: RunState | null = null;
  for (const event of events) {
    if (state) applyEvent(state, event);
    else if (event.event === 'run.opened') state = initialState(event);
  }
  return state;
}

/** Applies one event to `state`, in place. An event that adds nothing new changes nothing. */
export function applyEvent(state: RunState, event: LedgerEvent): void {
  if (event.at > state.lastEventAt) state.lastEventAt = event.at;
  APPLIERS[event.event](state, event as never);
  touch(state);
}

type Appliers = {
  [Name in LedgerEvent['event']]: (state: RunState, event: EventOf<Name>) => void;
};

const APPLIERS: Appliers = {
  'run.opened': () => {},
  'run.adopted': (state, { session, at }) => proceed(state, session, at),
  'run.paused': (state, { reason }) => {
    state.pause = reason;
  },
  'launch.missed': launchMissed,
  'turn.held': (state) => {
    state.blockedTurns++;
  },
  'summary.read': (state) => {
    state.isSummaryRead = true;
  },
  'notice.claimed': ({ takenNotifications }, { channel, notice, by }) => {
    const id = notificationId(channel, notice);
    if (!takenNotifications.has(id)) takenNotifications.set(id, by);
  },
  'usage.limited': (state, { attempt: id, until, at }) => {
    const attempt = id === null ? undefined : state.attempts.get(id);
    if (attempt) attempt.limitedUntil = laterTime(attempt.limitedUntil, until);
    if (until > (state.limitedUntil ?? '')) state.limitedSince = at;
    state.limitedUntil = laterTime(state.limitedUntil, until);
  },
  'clock.jumped': ({ clockJumps }, { from, to }) => {
    clockJumps.push({ from: Date.parse(from), to: Date.parse(to) });
  },
  'attempt.launched': attemptLaunched,
  'attempt.started': attemptStarted,
  'attempt.placed': attemptPlaced,
  'machine.lost': machineLost,
  'attempt.refused': attemptRefused,
  'attempt.timed_out': attemptTimedOut,
  'attempt.stopped': (state, { attempt: id, at, message }) => {
    const attempt = state.attempts.get(id);
    if (attempt) recordEnd(attempt, { at, outcome: 'budget', category: 'fatal', message });
  },
  'attempt.stalled': (state, { attempt: id, at }) => {
    const attempt = state.attempts.get(id);
    if (attempt) attempt.stalledAt = laterTime(attempt.stalledAt, at);
  },
  'stall.told': (state, { attempt: id, at }) => {
    const attempt = state.attempts.get(id);
    if (attempt) attempt.stallReportedAt = laterTime(attempt.stallReportedAt, at);
  },
  'brief.replaced': (state, { attempt }) => noteBrief(state, attempt, true),
  'brief.given': (state, { attempt }) => noteBrief(state, attempt, false),
  'agent.started': agentStarted,
  'agent.resumed': agentResumed,
  'resume.decided': (state, { attempt: id, contextTokens, maxTokens, continuesWith }) => {
    const attempt = state.attempts.get(id);
    if (attempt) attempt.resumeDecision = { contextTokens, maxTokens, continuesWith };
  },
  'agent.delegated': (state, { attempt: id }) => {
    const attempt = state.attempts.get(id);
    if (attempt) attempt.isDelegating = true;
  },
  'agent.used': (state, { event: _, attempt: id, ...spent }) => {
    const attempt = state.attempts.get(id);
    if (attempt) attempt.spent = spent;
  },
  'agent.priced': (state, { attempt: id, costUsd }) => {
    const attempt = state.attempts.get(id);
    if (!attempt) return;
    const { before, latest } = attempt.cost ?? { before: 0, latest: 0 };
    attempt.cost = { before: costUsd < latest ? before + latest : before, latest: costUsd };
  },
  'budget.raised': (state, { usd, tokens, at }) => {
    state.budget = { usd, tokens };
    state.isSummaryRead = false;
    endPause(state, at);
  },
  'agent.seen': (state, { agentId, at }) => {
    const attempt = attemptOfAgent(state, agentId);
    if (attempt) markSeen(attempt, at);
  },
  'agent.ended': agentEnded,
  'agent.idle': agentIdle,
  'agent.continued': agentContinued,
  'session.ended': sessionEnded,
  'task.checkpoint': taskCheckpoint,
  'worker.denied': (state, { attempt: id, tools }) => {
    const worker = state.attempts.get(id)?.worker;
    if (worker) worker.deniedTools = tools;
  },
  'work.observed': (state, { event: _, at: __, attempt: id, ...evidence }) => {
    const attempt = state.attempts.get(id);
    if (attempt) attempt.evidence = evidence;
  },
  'task.reused': taskReused,
  'check.started': (state, { attempt, at }) => {
    const checks = checksOf(state, attempt);
    if (checks) checkStarted(checks, at);
  },
  'check.ended': (state, event) => {
    const checks = checksOf(state, event.attempt);
    if (checks) checkEnded(checks, event);
  },
  'report.stored': reportStored,
  'report.lost': (state, { attempt: id }) => {
    const attempt = state.attempts.get(id);
    if (attempt) markReportLost(attempt);
  },
  'cancel.requested': cancelRequested,
  'retry.requested': retryRequested,
  'rerun.requested': rerunRequested,
  'gate.asked': gateAsked,
  'gate.approved': (state, event) => gateDecided(state, event, 'approved'),
  'gate.denied': (state, event) => gateDecided(state, event, 'denied'),
  'gate.used': gateUsed,
  'file.outside': fileOutside,
  'supervisor.started': supervisorStarted,
  'supervisor.ended': supervisorEnded,
  'worker.started': workerStarted,
  'worker.used': workerUsed,
  'worktree.added': worktreeAdded,
  'worktree.measured': worktreeMeasured,
  'worktree.committed': worktreeCommitted,
  'worktree.uncommitted': worktreeUncommitted,
  'task.added': ({ tasks }, { added }) => {
    if (!tasks.has(added.id)) tasks.set(added.id, newTask(added));
  },
  'durations.found': (state, { durations }) => {
    state.durations = new Map(durations.map(({ kind, meanMs }) => [kind, meanMs]));
  },
  'task.changed': ({ tasks }, { changed }) => {
    const task = tasks.get(changed.id);
    if (task && task.attempts.length === 0) task.plan = changed;
  },
  'merge.started': (state, event) => {
    state.merge = startMerge(event, state.merge);
  },
  'merge.step': ({ merge }, event) => {
    if (merge) takeMergeStep(merge, event);
  },
  'merge.ended': ({ merge }, event) => {
    if (merge) endMerge(merge, event);
  },
  'worktree.removed': ({ worktrees }, { task }) => {
    worktrees.delete(task);
  },
};

/** @param attempt null for the checks of the run as a whole */
function checksOf(state: RunState, attempt: string | null) {
  return attempt === null ? state.checks : state.attempts.get(attempt)?.checks;
}
