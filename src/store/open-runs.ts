import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { isEnded, toStatusDocument } from '../core/status-document.ts';
import { runId } from '../schema/ledger-event.ts';
import { type LoadedRun, loadRun } from './load-run.ts';
import { openDir, type RunPaths, runPaths, runsDir } from './run-paths.ts';

/** The ids of all runs, oldest first. */
export function listRuns(root: string): string[] {
  return listIds(runsDir(root)) ?? [];
}

/**
 * The ids of the runs that hooks have to look at, oldest first: those that work or whose summary
 * the orchestrator has not read. `.swarm/open` has an empty file for each,
 * which spares a hook from reading every ledger; when it is gone it is made anew from the ledgers.
 */
export function listOpenRuns(root: string): string[] {
  const open = listIds(openDir(root));
  if (open) return open;
  const runs = listRuns(root);
  if (runs.length === 0) return [];
  mkdirSync(openDir(root), { recursive: true, mode: 0o700 });
  for (const run of runs) {
    try {
      markOpen(loadRun(runPaths(root, run)));
    } catch {
      // A run that cannot be read stays for `swarm doctor` to name.
    }
  }
  return listIds(openDir(root)) ?? [];
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
export function markOpen({ paths, state }: LoadedRun): void {
  const isOver = state.isSummaryRead && isEnded(toStatusDocument(state).status);
  if (isOver) rmSync(paths.openMarker, { force: true });
  else createMarker(paths);
}

export function createMarker(paths: RunPaths): void {
  if (existsSync(paths.openMarker)) return;
  mkdirSync(openDir(paths.root), { recursive: true, mode: 0o700 });
  writeFileSync(paths.openMarker, '', { mode: 0o600 });
}
