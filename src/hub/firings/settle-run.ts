import { isEnded } from '../../run/status-document.ts';
import type { StatusDocument } from '../../run/status-schema.ts';
import type { EventOf } from '../store/history-events.ts';

/** How the run of a firing ended; null while it is working. @param at ISO 8601 */
export function runEnd(
  firing: string,
  status: StatusDocument,
  at: string,
): EventOf<'firing.ended'> | null {
  if (!isEnded(status.status)) return null;
  return {
    event: 'firing.ended',
    at,
    firing,
    status: status.status as EventOf<'firing.ended'>['status'],
    nothingDone: isNothingDone(status),
  };
}

/**
 * Whether a run completed without any work: every task either reused an earlier report, or is known
 * to have read and written nothing.
 */
function isNothingDone({ status, tasks }: StatusDocument): boolean {
  return status === 'completed' && tasks.every((task) => task.reusedFrom !== null || isIdle(task));
}

function isIdle({ evidence }: StatusDocument['tasks'][number]): boolean {
  if (!evidence) return false;
  const calls = Object.values(evidence.toolCalls).reduce((sum, count) => sum + count, 0);
  return calls === 0 && evidence.filesChanged.length === 0;
}
