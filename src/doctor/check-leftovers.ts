import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { NewerLedgerError } from '../ledger/format.ts';
import { readRegularFile } from '../platform/regular-file.ts';
import { isEnded, toStatusDocument } from '../run/status-document.ts';
import { describeDefects, loadRun, type RunHandle } from '../store/run-handle.ts';
import { listRuns } from '../store/run-index.ts';
import { errorLog, runPaths, runsDir } from '../store/run-paths.ts';
import { formatDuration, plural } from '../text/format.ts';
import { listWorktrees } from '../worktrees/list-worktrees.ts';
import { type DoctorFinding, finding } from './finding.ts';

const HOUR_MS = 3_600_000;
const STALE_MS = 24 * HOUR_MS;
/** A process that writes a file needs its temporary file for milliseconds. */
const ABANDONED_MS = 60_000;
/** At most this many names are quoted in a message. */
const MAX_NAMES = 3;
/** At most this many defects of one ledger are listed. */
const MAX_DEFECTS = 5;

/** Looks for what earlier runs left behind. @param now milliseconds since the epoch */
export function checkLeftovers(root: string, now: number): DoctorFinding[] {
  let runs: string[];
  try {
    runs = listRuns(root);
  } catch (error) {
    const fix = 'Change the owner of `.swarm`, or remove it.';
    return [finding('ledger_unreadable', (error as Error).message, fix)];
  }
  const findings = [
    ...runs.flatMap((run) => checkRun(root, run, now)),
    ...checkTemporaryFiles(root, now),
    ...checkWorktrees(root),
    ...checkErrorLog(root),
  ];
  return findings.length > 0 ? findings : [finding('leftovers_ok', 'nothing is left over')];
}

function checkRun(root: string, id: string, now: number): DoctorFinding[] {
  try {
    const run = loadRun(runPaths(root, id));
    return [...checkActivity(run, now), ...checkLedger(run)];
  } catch (error) {
    const message = `run ${id} cannot be read: ${(error as Error).message}`;
    const fix =
      error instanceof NewerLedgerError
        ? 'Update swarm-parallel.'
        : `Inspect ${runPaths(root, id).dir}; delete it if you need nothing in it.`;
    return [finding('ledger_unreadable', message, fix)];
  }
}

function checkActivity({ paths, state }: RunHandle, now: number): DoctorFinding[] {
  const age = now - Date.parse(state.lastEventAt);
  if (age <= STALE_MS) return [];
  const { run } = paths;
  if (!isEnded(toStatusDocument(state).status)) {
    const message = `run ${run} has not ended, but its last event is ${formatDuration(age)} old`;
    const fix = `Resume it with \`swarm resume ${run}\`, or cancel it with \`swarm cancel ${run}\`.`;
    return [finding('run_stale', message, fix)];
  }
  if (state.isSummaryRead) return [];
  const message = `run ${run} ended ${formatDuration(age)} ago, but its summary was never read`;
  return [finding('summary_unread', message, `Read it with \`swarm summary ${run}\`.`)];
}

function checkLedger(run: RunHandle): DoctorFinding[] {
  const defects = describeDefects(run);
  if (defects.length === 0) return [];
  const listed = defects.slice(0, MAX_DEFECTS).join('; ');
  const more = defects.length > MAX_DEFECTS ? `; and ${defects.length - MAX_DEFECTS} more` : '';
  const message = `run ${run.paths.run}: ${listed}${more}`;
  const fix = `The rest of the run is intact; compare ${run.paths.results} with \`swarm status ${run.paths.run}\`.`;
  return [finding('ledger_damaged', message, fix)];
}

/** A file or a run that was never renamed to its final name. */
const UNFINISHED = /\.tmp$|^\.[^/\\]+\.new$/;

function checkTemporaryFiles(root: string, now: number): DoctorFinding[] {
  if (!existsSync(runsDir(root))) return [];
  const files = readdirSync(runsDir(root), { recursive: true, encoding: 'utf8' })
    .filter((name) => UNFINISHED.test(name))
    .map((name) => join(runsDir(root), name))
    .filter((path) => isAbandoned(path, now))
    .sort();
  if (files.length === 0) return [];
  const message = `${plural(files.length, 'temporary file')} of interrupted writes: ${listNames(files)}`;
  const fix = 'Delete them; nothing reads them.';
  return [finding('temporary_files_left', message, fix)];
}

function isAbandoned(path: string, now: number): boolean {
  const file = statSync(path, { throwIfNoEntry: false });
  return file !== undefined && now - file.mtimeMs > ABANDONED_MS;
}

function checkWorktrees(root: string): DoctorFinding[] {
  const left = listWorktrees(root).filter(({ isInUse }) => !isInUse);
  if (left.length === 0) return [];
  const branches = listNames(left.map(({ branch }) => branch));
  const message = `${plural(left.length, 'git worktree')} of runs that have ended: ${branches}`;
  const fix = 'Commit and merge what you need from their branches, then run `swarm prune`.';
  return [finding('worktrees_left', message, fix)];
}

function listNames(names: readonly string[]): string {
  return `${names.slice(0, MAX_NAMES).join(', ')}${names.length > MAX_NAMES ? ', …' : ''}`;
}

/** An entry starts with its time; the lines of a stack trace follow it. */
const LOG_ENTRY = /^\d{4}-\d\d-\d\dT[\d:.]+Z .*$/gm;

function checkErrorLog(root: string): DoctorFinding[] {
  const path = errorLog(root);
  if (!existsSync(path)) return [];
  const entries = readRegularFile(path).match(LOG_ENTRY) ?? [];
  const newest = entries.at(-1);
  if (newest === undefined) return [];
  const message = `${plural(entries.length, 'error')} of hooks in ${path}, the newest: ${newest}`;
  const fix = 'Read it, and delete the file once its errors are resolved.';
  return [finding('hook_errors_logged', message, fix)];
}
