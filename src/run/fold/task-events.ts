import type { EventOf, Report } from '../../ledger/events.ts';
import { markSeen, recordReport } from '../attempt.ts';
import { applyGateDecision, newGate, useGate } from '../gate.ts';
import { endPause, type RunState } from '../run-state.ts';
import { isRecorded } from '../task-status.ts';

/** A checkpoint belongs to the latest attempt. Its percentage never decreases. */
export function taskCheckpoint(state: RunState, event: EventOf<'task.checkpoint'>): void {
  const task = state.tasks.get(event.task);
  const attempt = task?.attempts.at(-1);
  if (!task || !attempt) return;
  const { at, message } = event;
  attempt.percent = Math.max(attempt.percent, event.percent);
  markSeen(attempt, at);
  attempt.message = message;
  const key = `${at} ${message}`;
  if (task.logged.has(key)) return;
  task.logged.add(key);
  task.log.push({ at, attempt: attempt.number, percent: attempt.percent, message });
}

/** An agent stored its report itself. */
export function reportStored(state: RunState, event: EventOf<'report.stored'>): void {
  const attempt = event.attempt ? state.attempts.get(event.attempt) : undefined;
  const { at, task, report, abstract } = event;
  if (!attempt) {
    recordLateReport(state, task, report);
    return;
  }
  recordReport(attempt, 'explicitReport', { at, report, abstract });
  markSeen(attempt, at);
}

/** Records a report that has no effect on its task, because no attempt was waiting for it. */
export function recordLateReport(state: RunState, task: string, report: Report): void {
  if (state.lateReports.some((late) => late.report.path === report.path)) return;
  state.lateReports.push({ task, report });
}

export function cancelRequested(state: RunState, event: EventOf<'cancel.requested'>): void {
  for (const [id, task] of state.tasks) {
    if (event.task !== null && event.task !== id) continue;
    task.cancelRequestedAt ??= event.at;
    task.retryRequestedAfter = null;
    task.rerunRequestedAfter = null;
  }
}

export function retryRequested(state: RunState, event: EventOf<'retry.requested'>): void {
  const task = state.tasks.get(event.task);
  if (!task) return;
  task.retryRequestedAfter = task.attempts.length;
  task.cancelRequestedAt = null;
  state.isSummaryRead = false;
  endPause(state, event.at);
}

/** What the run as a whole was checked with no longer counts. */
export function rerunRequested(state: RunState, event: EventOf<'rerun.requested'>): void {
  const task = state.tasks.get(event.task);
  if (!task) return;
  task.rerunRequestedAfter = task.attempts.length;
  task.cancelRequestedAt = null;
  state.checks.isPassed = null;
  state.isSummaryRead = false;
  endPause(state, event.at);
}

export function fileOutside(
  state: RunState,
  { task: id, path, claimedBy }: EventOf<'file.outside'>,
): void {
  const task = state.tasks.get(id);
  if (!task || isRecorded(task, path, claimedBy)) return;
  task.undeclaredWrites.push({ path, claimedBy });
}

export function gateAsked(state: RunState, event: EventOf<'gate.asked'>): void {
  const attempt = state.attempts.get(event.attempt);
  if (!attempt || state.gates.has(event.gate)) return;
  const gate = newGate(event);
  state.gates.set(gate.id, gate);
  attempt.gates.push(gate);
}

export function gateDecided(
  state: RunState,
  { gate: id, ...decision }: EventOf<'gate.approved' | 'gate.denied'>,
  status: 'approved' | 'denied',
): void {
  const gate = state.gates.get(id);
  if (gate) applyGateDecision(gate, status, decision);
}

export function gateUsed(state: RunState, event: EventOf<'gate.used'>): void {
  const gate = state.gates.get(event.gate);
  if (gate) useGate(gate, event.call);
}
