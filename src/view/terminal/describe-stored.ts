import type { CheckpointResult, ReportResult } from '../results.ts';

/** `40%`; the caller is the agent of the task. */
export function describeCheckpoint({ outcome, percent }: CheckpointResult): string {
  return outcome === 'behind'
    ? `recorded; progress cannot decrease, still at ${percent}%`
    : `${percent}%`;
}

/** Where the report is; the caller is the agent of the task. */
export function describeReport({ outcome, path, bytes }: ReportResult): string {
  return outcome === 'late'
    ? `too late to change the outcome of the task: kept as ${path}`
    : `stored ${bytes} bytes in ${path}; now end with a short abstract`;
}
