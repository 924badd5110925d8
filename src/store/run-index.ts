import {
  closeSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { runId } from '../ledger/events.ts';
import { NewerLedgerError } from '../ledger/format.ts';
import { CREATE, openRegularFile, readRegularFile } from '../platform/regular-file.ts';
import type { RunState } from '../run/run-state.ts';
import { isEnded, toStatusDocument } from '../run/status-document.ts';
import { isMissing, unreadable } from './own-directory.ts';
import { loadRun, type RunHandle } from './run-handle.ts';
import { activeDir, type RunPaths, runPaths, runsDir } from './run-paths.ts';

/**
 * The ids of all runs, oldest first.
 * @throws {SwarmError} when their directory exists, but cannot be read
 */
export function listRuns(root: string): string[] {
  try {
    return idsIn(runsDir(root));
  } catch (error) {
    if (isMissing(error)) return [];
    throw unreadable(runsDir(root), error);
  }
}

/**
 * The ids of unfinished runs, oldest first: runs that have not ended or whose summary has not been
 * read. `.swarm/open` has an empty file for each, so that hooks need not read every ledger. If the
 * directory is missing, it is recreated from the ledgers.
 */
export function listActiveRuns(root: string): string[] {
  const open = listIds(activeDir(root));
  if (open) return open;
  if (listRuns(root).length === 0) return [];
  makeMarkers(root);
  return idsIn(activeDir(root));
}

/**
 * Runs that are not marked as unfinished, but whose ledger contains one of these texts. The ledgers
 * are searched, not parsed. Those that cannot be read are left out.
 */
export function findUnmarkedRuns(root: string, texts: readonly string[]): RunPaths[] {
  const marked = new Set(listIds(activeDir(root)));
  return listRuns(root).flatMap((run) => {
    const paths = runPaths(root, run);
    return !marked.has(run) && containsAny(paths.ledger, texts) ? paths : [];
  });
}

function containsAny(file: string, texts: readonly string[]): boolean {
  try {
    const content = readRegularFile(file);
    return texts.some((text) => content.includes(JSON.stringify(text)));
  } catch {
    return false;
  }
}

/**
 * Creates the directory of markers. It appears complete, because readers take its content for all
 * unfinished runs.
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
    // Another process was faster, and its directory is complete too.
    if (!existsSync(activeDir(root))) throw error;
  }
}

function isOpen(root: string, run: string): boolean {
  try {
    return !isOver(loadRun(runPaths(root, run)).state);
  } catch (error) {
    // `swarm doctor` reports unreadable runs. A run of a newer version keeps its marker, because
    // that version relies on it.
    return error instanceof NewerLedgerError;
  }
}

function listIds(directory: string): string[] | null {
  try {
    return idsIn(directory);
  } catch {
    return null;
  }
}

function idsIn(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => runId.safeParse(name).success)
    .sort();
}

/** Adds or removes the marker of a run according to its state. */
export function syncActiveMarker({ paths, state }: RunHandle): void {
  if (isOver(state)) rmSync(paths.openMarker, { force: true });
  else if (!existsSync(paths.openMarker)) markActive(paths);
}

/** Whether a run has ended and its summary was read. */
export function isOver(state: RunState): boolean {
  return state.isSummaryRead && isEnded(toStatusDocument(state).status);
}

/** Marks a run as unfinished. Rewrites an existing marker, so that watchers notice the change. */
export function markActive(paths: RunPaths): void {
  if (!existsSync(activeDir(paths.root))) makeMarkers(paths.root);
  closeSync(openRegularFile(paths.openMarker, CREATE).file);
}
