import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runId } from '../ledger/events.ts';
import { NewerLedgerError } from '../ledger/format.ts';
import type { RunState } from '../run/run-state.ts';
import { isEnded, toStatusDocument } from '../run/status-document.ts';
import { loadRun, type RunHandle } from './run-handle.ts';
import { activeDir, type RunPaths, runPaths, runsDir } from './run-paths.ts';

/** The ids of all runs, oldest first. */
export function listRuns(root: string): string[] {
  return listIds(runsDir(root)) ?? [];
}

/**
 * The ids of the runs that hooks have to look at, oldest first: those that work or whose summary
 * the orchestrator has not read. `.swarm/open` has an empty file for each,
 * which spares a hook from reading every ledger; when it is gone it is made anew from the ledgers.
 */
export function listActiveRuns(root: string): string[] {
  const open = listIds(activeDir(root));
  if (open) return open;
  if (listRuns(root).length === 0) return [];
  makeMarkers(root);
  return listIds(activeDir(root)) ?? [];
}

/**
 * Makes the directory of markers, which appears complete: who finds one takes what it holds for all
 * there is.
 */
function makeMarkers(root: string): void {
  const draft = mkdtempSync(`${activeDir(root)}.`);
  try {
    for (const run of listRuns(root).filter((id) => isOpen(root, id))) {
      writeFileSync(join(draft, run), '', { mode: 0o600 });
    }
    renameSync(draft, activeDir(root));
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    // Another process was first, and its directory is as complete.
    if (!existsSync(activeDir(root))) throw error;
  }
}

function isOpen(root: string, run: string): boolean {
  try {
    return !isOver(loadRun(runPaths(root, run)).state);
  } catch (error) {
    // Another run that cannot be read is reported by `swarm doctor`. One of a newer version keeps its
    // marker: that version relies on it.
    return error instanceof NewerLedgerError;
  }
}

function listIds(directory: string): string[] | null {
  try {
    return readdirSync(directory)
      .filter((name) => runId.safeParse(name).success)
      .sort();
  } catch {
    return null;
  }
}

/** Keeps the marker of a run as its state says. */
export function syncActiveMarker({ paths, state }: RunHandle): void {
  if (isOver(state)) rmSync(paths.openMarker, { force: true });
  else if (!existsSync(paths.openMarker)) markActive(paths);
}

function isOver(state: RunState): boolean {
  return state.isSummaryRead && isEnded(toStatusDocument(state).status);
}

/** Marks a run as open, anew where it is already: who watches the markers learns that it moves. */
export function markActive(paths: RunPaths): void {
  if (!existsSync(activeDir(paths.root))) makeMarkers(paths.root);
  writeFileSync(paths.openMarker, '', { mode: 0o600 });
}
