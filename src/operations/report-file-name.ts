import type { Attempt } from '../run/attempt.ts';
import { freeReportName } from '../store/reports.ts';
import type { RunHandle } from '../store/run-handle.ts';

/**
 * The name for what an attempt reports: that of its task for what the latest reports in time, one
 * beside it for every other.
 */
export function reportFileName({ state, paths }: RunHandle, attempt: Attempt): string {
  const isLatest = state.tasks.get(attempt.task)?.attempts.at(-1) === attempt;
  return isLatest && attempt.end?.outcome !== 'timeout'
    ? attempt.task
    : freeReportName(paths, `${attempt.task}.late`);
}
