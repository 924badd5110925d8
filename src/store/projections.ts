import { existsSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { readRegularFile } from '../platform/regular-file.ts';
import { writeFileAtomic } from '../platform/write-file-atomic.ts';
import { toStatusDocument } from '../run/status-document.ts';
import { renderCheckpointFile } from '../view/markdown/render-checkpoint-file.ts';
import { renderSummary } from '../view/markdown/render-summary.ts';
import { isLink, makeDirectory } from './own-directory.ts';
import { describeDefects, type RunHandle, refresh } from './run-handle.ts';
import { syncActiveMarker } from './run-index.ts';

/**
 * Writes a run's `SUMMARY.md` and `status.json`, missing checkpoint files, and the marker of
 * unfinished runs.
 * @param tasks ids of the tasks whose checkpoint files changed
 *
 * Writers do not wait for each other, so a slow one could replace a newer state with an older one.
 * Therefore each checks the ledger after its write and writes again if the ledger has grown.
 */
export function writeProjections(run: RunHandle, tasks: Iterable<string> = []): void {
  do {
    refresh(run);
    keepFile(run.paths.summary, renderSummary(run.state, { notes: describeDefects(run) }));
    keepFile(run.paths.status, `${JSON.stringify(toStatusDocument(run.state), null, 2)}\n`);
    syncActiveMarker(run);
  } while (statSync(run.paths.ledger).size > run.size);
  const missing = [...run.state.tasks.values()].filter(
    ({ plan, attempts }) => attempts.length > 0 && !existsSync(checkpointFile(run, plan.id)),
  );
  const stale = new Set([...tasks, ...missing.map(({ plan }) => plan.id)]);
  if (stale.size > 0) writeCheckpointFiles(run, stale);
}

/** Skips unchanged files: a watcher runs after the process that made the change and wrote most. */
function keepFile(path: string, content: string): void {
  if (readText(path) !== content) writeFileAtomic(path, content);
}

function readText(path: string): string | null {
  try {
    return readRegularFile(path);
  } catch {
    return null;
  }
}

function checkpointFile(run: RunHandle, task: string): string {
  return join(run.paths.tasks, `${task}.md`);
}

/** Writes `tasks/<id>.md` of the given tasks. */
function writeCheckpointFiles(run: RunHandle, ids: Iterable<string>): void {
  const entries = new Map(toStatusDocument(run.state).tasks.map((entry) => [entry.id, entry]));
  // Everything in it is derived, so a link in its place is of no use.
  if (isLink(run.paths.tasks)) unlinkSync(run.paths.tasks);
  makeDirectory(run.paths.tasks);
  for (const id of ids) {
    const task = run.state.tasks.get(id);
    const entry = entries.get(id);
    if (task && entry) {
      keepFile(checkpointFile(run, id), renderCheckpointFile(entry, task));
    }
  }
}
