import type { EventOf } from '../ledger/events.ts';
import { type Attempt, isRunning } from '../run/attempt.ts';
import { idleOf, type RunState } from '../run/run-state.ts';
import { commit } from '../store/commit.ts';
import type { Host } from '../store/host.ts';
import { reportFileName, unassignedReportName, writeReport } from '../store/reports.ts';
import type { RunHandle } from '../store/run-handle.ts';
import { toAbstract } from '../text/sanitize.ts';
import { findAttempt } from './find-agent.ts';

/** Records that an agent ended its turn. @param text its last message */
export function recordIdle(run: RunHandle, agentId: string, text: string, host: Host): void {
  const attempt = findAttempt(run, agentId, null);
  const name = attempt ? reportFileName(run, attempt) : unassignedReportName(agentId);
  const report = attempt?.report ? null : writeReport(run.paths, name, text);
  const abstract = text.trim() === '' ? null : toAbstract(text);
  commit(run, [{ event: 'agent.idle', at: host.now(), agentId, abstract, report }], host);
}

/** Records that an agent that ended its turn has not ended. */
export function recordContinued(
  run: RunHandle,
  agentId: string,
  isWaiting: boolean,
  host: Host,
): void {
  commit(run, [{ event: 'agent.continued', at: host.now(), agentId, isWaiting }], host);
}

/**
 * The ends of agents that ended their turn with a report and can no longer be sent back, because
 * their client is gone or they have timed out.
 */
export function endsOfIdle(
  state: RunState,
  attempts: readonly Attempt[],
  at: string,
): EventOf<'agent.ended'>[] {
  return attempts.filter(isRunning).flatMap((attempt) => {
    const idle = idleOf(state, attempt.agentId);
    const report = attempt.report ?? idle?.report ?? null;
    if (!idle || !report) return [];
    const { agentId, abstract } = idle;
    const outcome = { outcome: 'reported', category: null, message: null } as const;
    return [
      { event: 'agent.ended', at, agentId, attempt: attempt.id, ...outcome, abstract, report },
    ];
  });
}
