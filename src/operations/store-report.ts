import { EXIT, SwarmError } from '../errors/swarm-error.ts';
import { type Attempt, isRunning } from '../run/attempt.ts';
import type { TaskState } from '../run/run-state.ts';
import { commit } from '../store/commit.ts';
import type { Host } from '../store/host.ts';
import { freeReportName, reportFileName, writeReport } from '../store/reports.ts';
import { toAbstract } from '../text/sanitize.ts';
import type { ReportResult } from '../view/results.ts';
import { findTask } from './find-run.ts';

const MAX_REPORT_BYTES = 20_000_000;

/**
 * Stores the full report of a task. A report that arrives while no agent works on the task, or
 * whose attempt has already been decided, is kept under another name and has no effect.
 * @param author the attempt of the reporting agent; by default the running attempt
 * @throws {SwarmError} for an empty or huge report, and when there is no such task
 */
export function storeReport(
  host: Host,
  name: string,
  text: string,
  author: string | null = null,
): ReportResult {
  const { run, task, ref } = findTask(host, name);
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_REPORT_BYTES) {
    throw new SwarmError(`expected a report of at most ${MAX_REPORT_BYTES} bytes, found ${bytes}`);
  }
  const attempt = authorOf(task, author);
  const fileName = attempt
    ? reportFileName(run, attempt)
    : freeReportName(run.paths, `${ref.task}.late`);
  const report = writeReport(run.paths, fileName, text);
  if (!report) {
    throw new SwarmError(
      'expected the report as text on stdin, found nothing; an empty report is not accepted',
    );
  }
  const stored = {
    event: 'report.stored',
    at: host.now(),
    task: ref.task,
    attempt: attempt?.id ?? null,
    report,
    abstract: toAbstract(text),
  } as const;
  commit(run, [stored], host);
  const { path } = report;
  return { ...ref, outcome: fileName === ref.task ? 'stored' : 'late', path, bytes };
}

/** The attempt that a report belongs to; null if there is none or it is already decided. */
function authorOf({ attempts }: TaskState, id: string | null): Attempt | null {
  const known = attempts.find((attempt) => attempt.id === id);
  if (known) {
    const { end, report } = known;
    const isDecided = end !== null && (end.outcome === 'timeout' || report !== null);
    return isDecided ? null : known;
  }
  const latest = attempts.at(-1);
  return latest && isRunning(latest) ? latest : null;
}

/**
 * Finds a report that is already stored.
 * @throws {SwarmError} if there is no such task or report
 */
export function findStoredReport(host: Host, name: string, path: string): ReportResult {
  const { run, task, ref } = findTask(host, name);
  const late = run.state.lateReports.filter((one) => one.task === ref.task);
  const found = [...task.attempts, ...late].find(({ report }) => report?.path === path)?.report;
  if (!found) throw new SwarmError(`no report ${path} of ${name} is stored`, EXIT.notFound);
  const isLate = late.some(({ report }) => report === found);
  return { ...ref, outcome: isLate ? 'late' : 'stored', path, bytes: found.bytes };
}
