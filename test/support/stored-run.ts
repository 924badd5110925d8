import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LedgerEvent, Report } from '../../src/ledger/events.ts';
import { appendEvents } from '../../src/ledger/ledger-file.ts';
import { loadRun, type RunHandle } from '../../src/store/run-handle.ts';
import { type RunPaths, runPaths } from '../../src/store/run-paths.ts';
import { RUN } from './run-events.ts';

/** Writes a run with these events, and with the reports they name. */
export function storeRun(root: string, events: readonly LedgerEvent[], run = RUN): RunHandle {
  const paths = runPaths(root, run);
  mkdirSync(paths.dir, { recursive: true });
  writeFileSync(paths.ledger, '');
  append(paths, ...events);
  return loadRun(paths);
}

/** Appends events as another process would, with the reports they name. */
export function append(paths: RunPaths, ...events: LedgerEvent[]): void {
  for (const event of events) {
    if ('report' in event && event.report) writeReportFile(paths, event.report);
  }
  appendEvents(paths.ledger, events);
}

function writeReportFile(paths: RunPaths, report: Report): void {
  mkdirSync(paths.results, { recursive: true });
  writeFileSync(join(paths.dir, report.path), 'x'.repeat(report.bytes));
}
