import { existsSync, statSync } from 'node:fs';
import { EXIT, SwarmError } from '../errors/swarm-error.ts';
import type { LedgerEvent } from '../ledger/events.ts';
import { appendEvents, type LedgerDefect, readLedger } from '../ledger/ledger-file.ts';
import { markReportLost } from '../run/attempt.ts';
import { applyEvent } from '../run/fold/fold-ledger.ts';
import { touch } from '../run/memoize-by-revision.ts';
import { initialState, type RunState } from '../run/run-state.ts';
import { describeDefects as describeLedgerDefects } from '../view/describe-defects.ts';
import { hasReport } from './reports.ts';
import type { RunPaths } from './run-paths.ts';

/** A run as its ledger tells it, up to `offset`. */
export interface RunHandle {
  paths: RunPaths;
  state: RunState;
  defects: LedgerDefect[];
  offset: number;
  /** Size of the ledger when it was read last. */
  size: number;
  /** What `results/` looked like when the reports were last looked for; undefined before the first time. */
  reportsSeen: string | null | undefined;
}

/**
 * Folds the ledger of a run and checks that the reports it names are on the disk.
 * @throws {SwarmError} when there is no such run, its ledger has no `run.opened`, or the ledger has
 *   a newer format than this version reads ({@link NewerLedgerError})
 */
export function loadRun(paths: RunPaths): RunHandle {
  if (!existsSync(paths.ledger)) {
    throw new SwarmError(
      `no run ${paths.run} in ${paths.root}; \`swarm list\` shows the runs that are there`,
      EXIT.notFound,
    );
  }
  const { events, defects, offset, size } = readLedger(paths.ledger);
  const opened = events.find((event) => event.event === 'run.opened');
  if (!opened) {
    throw new SwarmError(
      `${paths.ledger}: expected a run.opened event, found ${events.length} other events and ${defects.length} unreadable lines; the run cannot be read`,
      EXIT.notFound,
    );
  }
  const run: RunHandle = {
    paths,
    state: initialState(opened),
    defects,
    offset,
    size,
    reportsSeen: undefined,
  };
  apply(run, events);
  return run;
}

/** Reads what was appended since, in place. @returns the new events */
export function refresh(run: RunHandle): LedgerEvent[] {
  const part = readLedger(run.paths.ledger, run.offset);
  // What lay behind the offset is read again, so it is also reported anew.
  run.defects = run.defects.filter((defect) => defect.offset < run.offset).concat(part.defects);
  run.offset = part.offset;
  run.size = part.size;
  apply(run, part.events);
  return part.events;
}

/** Appends events to the ledger of a run and brings the run up to date, in place. */
export function appendToRun(run: RunHandle, events: readonly LedgerEvent[]): void {
  appendEvents(run.paths.ledger, events);
  refresh(run);
}

function apply(run: RunHandle, events: readonly LedgerEvent[]): void {
  for (const event of events) applyEvent(run.state, event);
  // A report that comes or goes changes the directory's time.
  const reportsSeen = timeOfReports(run.paths);
  if (reportsSeen === run.reportsSeen && !events.some(mayEndAttempt)) return;
  const mayBeBack = run.reportsSeen !== undefined && reportsSeen !== run.reportsSeen;
  run.reportsSeen = reportsSeen;
  if (mayBeBack) regainReports(run);
  for (const attempt of run.state.attempts.values()) {
    if (attempt.report && !hasReport(run.paths, attempt.report)) markReportLost(attempt);
  }
  touch(run.state);
}

/** A report that was put back counts again: how its attempt had ended is in the ledger. */
function regainReports({ paths, state }: RunHandle): void {
  const lost = [...state.attempts.values()].filter(({ isReportLost }) => isReportLost);
  if (lost.length === 0) return;
  const { attempts } = loadRun(paths).state;
  for (const attempt of lost) {
    const { report, end, isReportLost } = attempts.get(attempt.id) ?? attempt;
    Object.assign(attempt, { report, end, isReportLost });
  }
}

/** What `results/` changes by when a report comes or goes; null when there is none. */
function timeOfReports(paths: RunPaths): string | null {
  const directory = statSync(paths.results, { bigint: true, throwIfNoEntry: false });
  return directory ? String(directory.mtimeNs) : null;
}

/** Only what an ended attempt reported is looked for. */
function mayEndAttempt({ event }: LedgerEvent): boolean {
  return event !== 'task.checkpoint' && event !== 'worker.used' && event !== 'attempt.launched';
}

/** What is wrong with the ledger of a run, in words; empty when nothing is. */
export function describeDefects({ defects }: RunHandle): string[] {
  return describeLedgerDefects(defects);
}
