import { existsSync, readdirSync, statSync } from 'node:fs';
import { EXIT, SwarmError } from '../errors/swarm-error.ts';
import type { LedgerEvent } from '../ledger/events.ts';
import { appendEvents, type LedgerDefect, readLedger } from '../ledger/ledger-file.ts';
import { affectedAttempts } from '../run/affected-tasks.ts';
import { markReportLost } from '../run/attempt.ts';
import { applyEvent } from '../run/fold/fold-ledger.ts';
import { touch } from '../run/memoize-by-revision.ts';
import { initialState, type RunState } from '../run/run-state.ts';
import { describeDefects as describeLedgerDefects } from '../view/describe-defects.ts';
import { fileOfReport, hasReport } from './reports.ts';

import type { RunPaths } from './run-paths.ts';

/** A run as its ledger tells it, up to `offset`. */
export interface RunHandle {
  paths: RunPaths;
  state: RunState;
  defects: LedgerDefect[];
  offset: number;
  /** Size of the ledger when it was read last. */
  size: number;
  /** Undefined until the reports were looked for. */
  reports: ReportListing | undefined;
}

/**
 * Folds the ledger of a run and checks that the reports it names are on the disk.
 * @throws {SwarmError} when there is no such run, its ledger has no `run.opened`, or the ledger has
 *   a newer format than this version reads ({@link NewerLedgerError})
 */
export function loadRun(paths: RunPaths): RunHandle {
  if (!existsSync(paths.ledger)) {
    throw new SwarmError(`no run ${paths.run} in ${paths.root}`, EXIT.notFound, {
      hint: { code: 'list_runs' },
    });
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
    reports: undefined,
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

/** Appends events to the ledger of a run and reads it on, in place. Only `commit` calls it. */
export function appendToRun(run: RunHandle, events: readonly LedgerEvent[]): void {
  if (events.length === 0) return;
  appendEvents(run.paths.ledger, events);
  refresh(run);
}

/** What `results/` held when it was last listed. */
interface ReportListing {
  /** Changes whenever a report comes or goes; null where there is no directory. */
  changedAt: string | null;
  names: ReadonlySet<string>;
}

/**
 * Folds events, and looks whether the reports that they bring are on the disk. Other reports are
 * looked for one by one when the run is loaded; after that a listing of the directory tells which
 * of them came or went.
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

/** A report that was put back counts again: how its attempt had ended is in the ledger. */
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

/** What is wrong with the ledger of a run, in words; empty when nothing is. */
export function describeDefects({ defects }: RunHandle): string[] {
  return describeLedgerDefects(defects);
}
