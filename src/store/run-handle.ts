import { readdirSync, statSync } from 'node:fs';
import { EXIT, SwarmError } from '../errors/swarm-error.ts';
import type { LedgerEvent } from '../ledger/events.ts';
import {
  appendEvents,
  type LedgerDefect,
  type LedgerPart,
  readLedger,
} from '../ledger/ledger-file.ts';
import { affectedAttempts } from '../run/affected-tasks.ts';
import { markReportLost } from '../run/attempt.ts';
import { applyEvent } from '../run/fold/fold-ledger.ts';
import { touch } from '../run/memoize-by-revision.ts';
import { initialState, type RunState } from '../run/run-state.ts';
import { describeDefects as describeLedgerDefects } from '../view/describe-defects.ts';
import { isMissing, unreadable } from './own-directory.ts';
import { fileOfReport, hasReport } from './reports.ts';

import type { RunPaths } from './run-paths.ts';

/** A run as recorded in its ledger, up to `offset`. */
export interface RunHandle {
  paths: RunPaths;
  state: RunState;
  defects: LedgerDefect[];
  offset: number;
  /** Size of the ledger when it was last read. */
  size: number;
  /** Undefined until `results/` was listed. */
  reports: ReportListing | undefined;
}

/**
 * Folds the ledger of a run and checks that its reports are on disk.
 * @throws {SwarmError} when there is no such run, its ledger has no `run.opened`, or the ledger has
 *   a newer format than this version reads ({@link NewerLedgerError})
 */
export function loadRun(paths: RunPaths): RunHandle {
  const { events, defects, offset, size } = readWholeLedger(paths);
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
    reports: undefined,
  };
  apply(run, events);
  return run;
}

function readWholeLedger(paths: RunPaths): LedgerPart {
  try {
    return readLedger(paths.ledger);
  } catch (error) {
    if (isMissing(error)) {
      throw new SwarmError(`no run ${paths.run} in ${paths.root}`, EXIT.notFound, {
        hint: { code: 'list_runs' },
      });
    }
    throw unreadable(paths.ledger, error);
  }
}

/** Reads the new part of the ledger, in place. @returns the new events */
export function refresh(run: RunHandle): LedgerEvent[] {
  const part = readLedger(run.paths.ledger, run.offset);
  // Everything after the offset is read again, so its defects are found again too.
  run.defects = run.defects.filter((defect) => defect.offset < run.offset).concat(part.defects);
  run.offset = part.offset;
  run.size = part.size;
  apply(run, part.events);
  return part.events;
}

/** Appends events to the ledger and updates the run in place. Only `commit` calls it. */
export function appendToRun(run: RunHandle, events: readonly LedgerEvent[]): void {
  if (events.length === 0) return;
  appendEvents(run.paths.ledger, events);
  refresh(run);
}

/** The content of `results/` when it was last listed. */
interface ReportListing {
  /** Changes whenever a report is added or removed; null if there is no directory. */
  changedAt: string | null;
  names: ReadonlySet<string>;
}

/**
 * Folds events, and checks that their reports are on disk. Other reports are checked one by one
 * when the run is loaded; after that, a listing of the directory shows which were added or removed.
 */
function apply(run: RunHandle, events: readonly LedgerEvent[]): void {
  for (const event of events) applyEvent(run.state, event);
  const before = run.reports;
  const changedAt = timeOfReports(run.paths);
  if (before?.changedAt !== changedAt) run.reports = { changedAt, names: listReports(run.paths) };
  const names = run.reports?.names ?? new Set();
  if (before && [...names].some((name) => !before.names.has(name))) regainReports(run);
  const affected = affectedAttempts(run.state, events);
  let isAnyLost = false;
  for (const attempt of run.state.attempts.values()) {
    if (!attempt.report) continue;
    const isDoubtful = !before || affected.has(attempt) || !names.has(fileOfReport(attempt.report));
    if (!isDoubtful || hasReport(run.paths, attempt.report)) continue;
    markReportLost(attempt);
    isAnyLost = true;
  }
  if (isAnyLost) touch(run.state);
}

/** A restored report counts again: the ledger still records how its attempt ended. */
function regainReports({ paths, state }: RunHandle): void {
  const lost = [...state.attempts.values()].filter(({ isReportLost }) => isReportLost);
  if (lost.length === 0) return;
  const { attempts } = loadRun(paths).state;
  for (const attempt of lost) {
    const { report, end, isReportLost } = attempts.get(attempt.id) ?? attempt;
    Object.assign(attempt, { report, end, isReportLost });
  }
  touch(state);
}

function timeOfReports(paths: RunPaths): string | null {
  const directory = statSync(paths.results, { bigint: true, throwIfNoEntry: false });
  return directory ? String(directory.mtimeNs) : null;
}

function listReports(paths: RunPaths): ReadonlySet<string> {
  try {
    return new Set(readdirSync(paths.results));
  } catch {
    return new Set();
  }
}

/** Descriptions of the defects of a run's ledger; empty if there are none. */
export function describeDefects({ defects }: RunHandle): string[] {
  return describeLedgerDefects(defects);
}
