import { isActive, type RunState } from '../run/run-state.ts';
import { isEnded, toStatusDocument } from '../run/status-document.ts';
import type { StatusDocument } from '../run/status-schema.ts';
import type { Host } from '../store/host.ts';
import { loadRun } from '../store/run-handle.ts';
import { listRuns } from '../store/run-index.ts';
import { runPaths } from '../store/run-paths.ts';
import { outcomeLine } from '../view/status-labels.ts';
import { reconcileRun } from './reconcile-run.ts';

/**
 * One run in a list: its status document without the tasks and whether somebody works on it,
 * or why it cannot be read.
 */
export type ListedRun =
  | (Omit<StatusDocument, 'tasks' | 'version'> & { outcome: string; atWork: boolean })
  | { run: string; unreadable: string };

/** The runs that have not ended and can be read, newest first. */
export function listUnfinishedRuns(host: Pick<Host, 'root' | 'now' | 'isAlive'>) {
  return listAllRuns(host).flatMap((row) =>
    'unreadable' in row || isEnded(row.status) ? [] : row,
  );
}

/** The runs of a repository, newest first. @param limit the maximum number */
export function listAllRuns(
  host: Pick<Host, 'root' | 'now' | 'isAlive'>,
  limit = Number.POSITIVE_INFINITY,
): ListedRun[] {
  return listRuns(host.root)
    .reverse()
    .slice(0, limit)
    .map((run) => readListedRun(host, run));
}

/** The row of one run, read from its ledger. */
export function readListedRun(
  host: Pick<Host, 'root' | 'now' | 'isAlive'>,
  run: string,
): ListedRun {
  try {
    return toListedRun(loadRun(runPaths(host.root, run)).state, host);
  } catch (error) {
    return { run, unreadable: (error as Error).message };
  }
}

/** The row of a run that was read before. */
export function toListedRun(state: RunState, host: Pick<Host, 'now' | 'isAlive'>): ListedRun {
  const document = toStatusDocument(state);
  const { tasks: _tasks, version: _version, ...head } = document;
  const atWork = document.status === 'working' && isActive(reconcileRun(state, host));
  return { ...head, outcome: outcomeLine(document), atWork };
}
