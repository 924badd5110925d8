import { readFileSync } from 'node:fs';
import type { StatusDocument, TaskStatusEntry } from '../run/status-schema.ts';
import { runPaths } from '../store/run-paths.ts';
import { type AgentRowView, renderAgentRow } from '../view/terminal/agent-row.ts';

/** The agents that the client shows, as it hands them over; only what is used is named. */
export interface AgentRowsRequest {
  /** Columns of a row. */
  columns?: number;
  tasks?: readonly { id?: unknown }[];
}

/** What takes the place of one agent's row. */
export interface AgentRow {
  id: string;
  content: string;
}

/** Where a terminal's width is not told. */
const DEFAULT_COLUMNS = 80;

/**
 * The rows of those agents that work, or worked last, on a task of an open run; the others keep
 * the row that the client draws.
 *
 * It reads projections alone, and takes them as they are written: nothing here may cost more than
 * reading them.
 * @param runs ids of the open runs
 */
export function listAgentRows(
  root: string,
  runs: readonly string[],
  shown: AgentRowsRequest,
  view: Omit<AgentRowView, 'columns' | 'idColumns'>,
): AgentRow[] {
  const wanted = new Set((shown.tasks ?? []).map(({ id }) => id));
  const columns = shown.columns ?? DEFAULT_COLUMNS;
  const tasks = runs.flatMap((run) =>
    readTasks(root, run).flatMap((task) => {
      const isShown = task.agentId !== null && wanted.has(task.agentId);
      return isShown ? task : [];
    }),
  );
  const idColumns = Math.max(...tasks.map(({ id }) => id.length));
  return tasks.map((task) => ({
    id: task.agentId ?? '',
    content: renderAgentRow(task, { ...view, columns, idColumns }),
  }));
}

/** A run whose document is not there, or is none, has no rows: they are only a view. */
function readTasks(root: string, run: string): readonly TaskStatusEntry[] {
  try {
    return (JSON.parse(readFileSync(runPaths(root, run).status, 'utf8')) as StatusDocument).tasks;
  } catch {
    return [];
  }
}
