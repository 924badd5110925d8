import type { EventOf } from '../../ledger/events.ts';
import { markSeen, recordEnd } from '../attempt.ts';
import type { RunState } from '../run-state.ts';

/**
 * A supervisor gets the run only from the one that it names. If two start at the same moment, the
 * first in the ledger holds the run, and the other sees that it does not.
 */
export function supervisorStarted(state: RunState, event: EventOf<'supervisor.started'>): void {
  const { current } = state.supervision;
  if ((current?.id ?? null) !== event.replaces) return;
  const { supervisor: id, process, options, maxParallel } = event;
  state.supervision = { current: { id, process }, options };
  state.budget = { usd: options.budgetUsd, tokens: options.budgetTokens };
  const { policy } = state.opened;
  state.opened = { ...state.opened, policy: { ...policy, maxParallel } };
  state.parallel = { limit: maxParallel, since: event.at };
}

export function supervisorEnded(state: RunState, event: EventOf<'supervisor.ended'>): void {
  const { current, options } = state.supervision;
  if (current?.id === event.supervisor) state.supervision = { current: null, options };
}

export function workerStarted(state: RunState, event: EventOf<'worker.started'>): void {
  const worker = state.attempts.get(event.attempt)?.worker;
  if (worker) worker.process = event.process;
}

export function attemptPlaced(state: RunState, event: EventOf<'attempt.placed'>): void {
  const worker = state.attempts.get(event.attempt)?.worker;
  if (worker) worker.machine = event.machine;
}

/** Losing a machine is no failure of the agent, so it uses up no attempt. */
export function machineLost(state: RunState, event: EventOf<'machine.lost'>): void {
  const attempt = state.attempts.get(event.attempt);
  if (!attempt?.worker) return;
  const { at, reason: message } = event;
  if (recordEnd(attempt, { at, outcome: 'interrupted', category: 'lost', message })) {
    attempt.worker.isMachineLost = true;
  }
}

/** Output of a worker also counts as a heartbeat. */
export function workerUsed(state: RunState, event: EventOf<'worker.used'>): void {
  const attempt = state.attempts.get(event.attempt);
  const worker = attempt?.worker;
  if (!worker) return;
  markSeen(attempt, event.at);
  worker.usage = event.usage;
  worker.contextTokens = event.contextTokens ?? worker.contextTokens;
  worker.activity = event.activity;
}

export function worktreeAdded(state: RunState, event: EventOf<'worktree.added'>): void {
  const { task, branch, base } = event;
  if (!state.tasks.has(task)) return;
  const fresh = {
    changes: null,
    measuredAt: null,
    commit: null,
    committedAt: null,
    notes: [],
    problem: null,
  };
  state.worktrees.set(task, { branch, base, ...fresh });
}

export function worktreeMeasured(state: RunState, event: EventOf<'worktree.measured'>): void {
  const worktree = state.worktrees.get(event.task);
  const { files, insertions, deletions, isCommitted } = event;
  if (!worktree) return;
  worktree.changes = { files, insertions, deletions, isCommitted };
  worktree.measuredAt = event.at;
}

export function worktreeCommitted(state: RunState, event: EventOf<'worktree.committed'>): void {
  const worktree = state.worktrees.get(event.task);
  const { commit, notes, at: committedAt } = event;
  if (worktree) Object.assign(worktree, { commit, committedAt, notes, problem: null });
}

export function worktreeUncommitted(state: RunState, event: EventOf<'worktree.uncommitted'>): void {
  const worktree = state.worktrees.get(event.task);
  if (worktree) worktree.problem = event.message;
}
