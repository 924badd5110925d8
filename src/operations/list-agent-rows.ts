import { readRegularFile } from '../platform/regular-file.ts';
import type { StatusDocument, TaskStatusEntry } from '../run/status-schema.ts';
import { runPaths } from '../store/run-paths.ts';
import { type AgentRowView, renderAgentRow } from '../view/terminal/agent-row.ts';

/** The client's input: the agents that it shows. Only fields in use are declared. */
export interface AgentRowsRequest {
  /** Columns of a row. */
  columns?: number;
  tasks?: readonly { id?: unknown }[];
}

/** Replaces the row of one agent. */
export interface AgentRow {
  id: string;
  content: string;
}

/** Used if the width of the terminal is unknown. */
const DEFAULT_COLUMNS = 80;

/**
 * The rows of agents that are the latest to work on a task of an unfinished run. Other agents keep
 * the row that the client draws.
 *
 * It reads only projections and does not validate them, because it must not cost more than reading.
 * @param runs ids of the unfinished runs
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

/** A run without a readable status document has no rows: they are only a view. */
function readTasks(root: string, run: string): readonly TaskStatusEntry[] {
  try {
    return (JSON.parse(readRegularFile(runPaths(root, run).status)) as StatusDocument).tasks;
  } catch {
    return [];
  }
}
