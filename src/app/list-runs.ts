import { toPlainLine } from '../core/plain-text.ts';
import { toStatusDocument } from '../core/status-document.ts';
import { outcomeLine, STATUS_ICONS, statusWord } from '../core/status-words.ts';
import type { StatusDocument } from '../schema/status.ts';
import { loadRun } from '../store/load-run.ts';
import { listRuns } from '../store/open-runs.ts';
import { runPaths } from '../store/run-paths.ts';

/** One run in a list: its status document without the tasks, or why it cannot be read. */
export type ListedRun =
  | (Omit<StatusDocument, 'tasks' | 'version'> & { outcome: string })
  | { run: string; unreadable: string };

/** The runs of a repository, newest first, and at most so many. */
export function listAllRuns(root: string, limit = Number.POSITIVE_INFINITY): ListedRun[] {
  return listRuns(root)
    .reverse()
    .slice(0, limit)
    .map((run) => {
      try {
        const document = toStatusDocument(loadRun(runPaths(root, run)).state);
        const { tasks: _tasks, version: _version, ...head } = document;
        return { ...head, outcome: outcomeLine(document) };
      } catch (error) {
        return { run, unreadable: (error as Error).message };
      }
    });
}

/** The longest word for a status. */
const STATUS_WIDTH = statusWord('input_required').length;

export function renderList(runs: readonly ListedRun[], root: string): string {
  if (runs.length === 0) return `no runs in ${root}; \`swarm plan FILE\` opens one`;
  return runs
    .map((row) =>
      'unreadable' in row
        ? `! ${row.run}  cannot be read: ${row.unreadable}`
        : `${STATUS_ICONS[row.status]} ${row.run}  ${statusWord(row.status).padEnd(STATUS_WIDTH)}  ${toPlainLine(row.goal, 60)} (${row.outcome})`,
    )
    .join('\n');
}
