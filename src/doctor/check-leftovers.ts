import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { NewerLedgerError } from '../ledger/format.ts';
import { isEnded, toStatusDocument } from '../run/status-document.ts';
import { describeDefects, loadRun, type RunHandle } from '../store/run-handle.ts';
import { listRuns } from '../store/run-index.ts';
import { errorLog, runPaths, runsDir } from '../store/run-paths.ts';
import { formatDuration, plural } from '../text/format.ts';
import { listWorktrees } from '../worktrees/list-worktrees.ts';
import { type DoctorFinding, finding } from './finding.ts';

const HOUR_MS = 3_600_000;
const STALE_MS = 24 * HOUR_MS;
/** How many defects of one ledger are shown. */
const MAX_DEFECTS = 5;
/** A writer holds a temporary file for milliseconds. */
const ABANDONED_MS = 60_000;

/** Looks for what earlier runs left behind. @param now milliseconds since the epoch */
export function checkLeftovers(root: string, now: number): DoctorFinding[] {
  const findings = [
    ...listRuns(root).flatMap((run) => checkRun(root, run, now)),
    ...checkTemporaryFiles(root, now),
    ...checkWorktrees(root),
    ...checkErrorLog(root),
  ];
  return findings.length > 0 ? findings : [finding('leftovers', 'ok', 'nothing is left over')];
}

function checkRun(root: string, id: string, now: number): DoctorFinding[] {
  try {
    const run = loadRun(runPaths(root, id));
    return [...checkStale(run, now), ...checkLedger(run)];
  } catch (error) {
    const message = `run ${id} cannot be read: ${(error as Error).message}`;
    const fix =
      error instanceof NewerLedgerError
        ? 'Update swarm-parallel.'
        : `Look at ${runPaths(root, id).dir}; remove it if nothing in it is of use.`;
    return [finding('ledger', 'error', message, fix)];
  }
}

function checkStale({ paths, state }: RunHandle, now: number): DoctorFinding[] {
  const age = now - Date.parse(state.lastEventAt);
  if (age <= STALE_MS) return [];
  const { run } = paths;
  const since = `nothing has happened in it for ${formatDuration(age)}`;
  if (!isEnded(toStatusDocument(state).status)) {
    const fix = `Go on with \`swarm resume ${run}\`, or end it with \`swarm cancel ${run}\`.`;
    return [finding('open-run', 'warning', `run ${run} is open, but ${since}`, fix)];
  }
  if (state.isSummaryRead) return [];
  const message = `run ${run} has ended, but its summary was never read, and ${since}`;
  return [finding('open-run', 'note', message, `Read it with \`swarm summary ${run}\`.`)];
}

function checkLedger(run: RunHandle): DoctorFinding[] {
  const defects = describeDefects(run);
  if (defects.length === 0) return [];
  const shown = defects.slice(0, MAX_DEFECTS).join('; ');
  const more = defects.length > MAX_DEFECTS ? `; and ${defects.length - MAX_DEFECTS} more` : '';
  const message = `run ${run.paths.run}: ${shown}${more}`;
  const fix = `The rest of the run is whole; compare ${run.paths.results} with \`swarm status ${run.paths.run}\`.`;
  return [finding('ledger', 'warning', message, fix)];
}

function checkWorktrees(root: string): DoctorFinding[] {
  const left = listWorktrees(root).filter(({ isInUse }) => !isInUse);
  if (left.length === 0) return [];
  const names = left.slice(0, 3).map(({ branch }) => branch);
  const message = `${plural(left.length, 'git worktree')} of runs that are over: ${names.join(', ')}${left.length > 3 ? ', …' : ''}`;
  const fix = 'Commit and merge what you want of their branches, then `swarm prune`.';
  return [finding('worktrees', 'note', message, fix)];
}

/** A file that was not renamed into place, or a run that was not. */
const UNFINISHED = /\.tmp$|^\.[^/\\]+\.new$/;

function checkTemporaryFiles(root: string, now: number): DoctorFinding[] {
  if (!existsSync(runsDir(root))) return [];
  const files = readdirSync(runsDir(root), { recursive: true, encoding: 'utf8' })
    .filter((name) => UNFINISHED.test(name))
    .map((name) => join(runsDir(root), name))
    .filter((path) => isAbandoned(path, now))
    .sort();
  if (files.length === 0) return [];
  const message = `${plural(files.length, 'unfinished file')} of writers that were cut off: ${files.slice(0, 3).join(', ')}${files.length > 3 ? ', …' : ''}`;
  return [finding('temporary-files', 'warning', message, 'Remove them; nothing reads them.')];
}

function isAbandoned(path: string, now: number): boolean {
  const file = statSync(path, { throwIfNoEntry: false });
  return file !== undefined && now - file.mtimeMs > ABANDONED_MS;
}

/** An entry begins with its time; the lines of a stack follow it. */
const ENTRY = /^\d{4}-\d\d-\d\dT[\d:.]+Z .*$/gm;

function checkErrorLog(root: string): DoctorFinding[] {
  const path = errorLog(root);
  if (!existsSync(path)) return [];
  const entries = readFileSync(path, 'utf8').match(ENTRY) ?? [];
  const newest = entries.at(-1);
  if (newest === undefined) return [];
  const message = `${entries.length === 1 ? '1 error' : `${entries.length} errors`} of hooks in ${path}, the newest: ${newest}`;
  const fix = 'Read it; remove the file when what it tells is dealt with.';
  return [finding('error-log', 'warning', message, fix)];
}
