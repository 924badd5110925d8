import { isAtWork } from '../core/attempt.ts';
import { toAbstract } from '../core/plain-text.ts';
import { SwarmError } from '../core/swarm-error.ts';
import type { Report } from '../schema/ledger-event.ts';
import { appendToRun } from '../store/load-run.ts';
import { writeProjections } from '../store/projections.ts';
import { freeReportName, writeReport } from '../store/reports.ts';
import { findTask } from './find-run.ts';

const MAX_REPORT_BYTES = 20_000_000;

/**
 * Stores the full report of a task. One that comes when no agent works on the task is kept beside,
 * and decides nothing.
 * @throws {SwarmError} for an empty or huge report, and when there is no such task
 */
export function storeResult(
  root: string,
  name: string,
  text: string,
  now: () => string,
): { report: Report; dir: string; isLate: boolean } {
  const { run, task, ref } = findTask(root, name);
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_REPORT_BYTES) {
    throw new SwarmError(`expected a report of at most ${MAX_REPORT_BYTES} bytes, found ${bytes}`);
  }
  const latest = task.attempts.at(-1);
  const attempt = latest && isAtWork(latest) ? latest : null;
  const fileName = attempt ? ref.task : freeReportName(run.paths, `${ref.task}.late`);
  const report = writeReport(run.paths, fileName, text);
  if (!report) {
    throw new SwarmError(
      'expected the report as text on stdin, found nothing; an empty report is no result',
    );
  }
  appendToRun(run, [
    {
      event: 'report.stored',
      at: now(),
      task: ref.task,
      attempt: attempt?.id ?? null,
      report,
      abstract: toAbstract(text),
    },
  ]);
  writeProjections(run, [ref.task]);
  return { report, dir: run.paths.dir, isLate: !attempt };
}
