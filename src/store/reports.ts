import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '../ledger/events.ts';
import { readRegularFile } from '../platform/regular-file.ts';
import { sha256 } from '../platform/sha256.ts';
import { writeFileAtomic } from '../platform/write-file-atomic.ts';
import type { Attempt } from '../run/attempt.ts';
import type { RunState } from '../run/run-state.ts';
import { makeDirectory } from './own-directory.ts';
import type { RunPaths } from './run-paths.ts';

/**
 * Writes a report unchanged and waits until it is on disk, so that the ledger never refers to a
 * missing one.
 * @param name file name in `results/` without `.md`
 * @returns null if the text is blank, which is not a report
 */
export function writeReport(paths: RunPaths, name: string, text: string): Report | null {
  if (text.trim() === '') return null;
  const path = `results/${name}.md`;
  makeDirectory(paths.results);
  writeFileAtomic(join(paths.dir, path), text, { durable: true });
  return {
    path,
    bytes: Buffer.byteLength(text),
    sha256: sha256(text),
  };
}

/** An unused name in `results/`: `name`, `name.2`, … */
export function freeReportName(paths: RunPaths, name: string): string {
  for (let serial = 1; ; serial++) {
    const candidate = serial === 1 ? name : `${name}.${serial}`;
    if (!existsSync(join(paths.results, `${candidate}.md`))) return candidate;
  }
}

/** The name of a report's file in `results/`. */
export function fileOfReport({ path }: Report): string {
  return path.replace(/^results\//, '');
}

/**
 * The name for the report of an attempt: the task's id if it is the latest attempt and in time,
 * otherwise a `.late` name.
 */
export function reportFileName(
  { state, paths }: { state: RunState; paths: RunPaths },
  attempt: Attempt,
): string {
  const isLatest = state.tasks.get(attempt.task)?.attempts.at(-1) === attempt;
  return isLatest && attempt.end?.outcome !== 'timeout'
    ? attempt.task
    : freeReportName(paths, `${attempt.task}.late`);
}

/** The name that was passed to {@link writeReport}. */
export function nameOfReport({ path }: Report): string {
  return path.replace(/^results\/|\.md$/g, '');
}

/** Whether a report in the ledger is on disk and not empty. */
export function hasReport(paths: RunPaths, report: Report): boolean {
  const file = statSync(join(paths.dir, report.path), { throwIfNoEntry: false });
  return file?.isFile() === true && file.size > 0;
}

const UNASSIGNED = 'agent.';

const SAFE_NAME = /^[\w-]{1,128}$/;

/** The name of a report whose agent is known but not its task; no task id contains a dot. */
export function unassignedReportName(agentId: string): string {
  return `${UNASSIGNED}${SAFE_NAME.test(agentId) ? agentId : sha256(agentId)}`;
}

export function isUnassignedReport(report: Report): boolean {
  return report.path.startsWith(`results/${UNASSIGNED}`);
}

/**
 * Copies an unassigned report to another name. The old file stays, because the ledger refers to it.
 * @param name as in {@link writeReport}
 */
export function assignReport(paths: RunPaths, report: Report, name: string): Report {
  const text = readRegularFile(join(paths.dir, report.path));
  return writeReport(paths, name, text) ?? report;
}
