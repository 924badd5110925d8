import { type ListedRun, listAllRuns } from '../../operations/list-runs.ts';
import type { CliContext } from '../cli-context.ts';
import { columnsOf } from '../columns-of.ts';

export interface ListFlags {
  json?: boolean;
  limit?: number;
  status?: string;
}

/** Prints the runs of the repository, newest first. */
export async function list(
  context: CliContext,
  { json = false, limit, status }: ListFlags,
): Promise<void> {
  const isWanted = (row: ListedRun) =>
    status === undefined || ('status' in row && row.status === status);
  // Without a status, no more runs are read than are shown.
  const all = listAllRuns(await context.host(), status === undefined ? limit : undefined);
  const rows = all.filter(isWanted).slice(0, limit);
  if (json) return context.print(JSON.stringify(rows, null, 2));
  const { renderList } = await import('../../view/terminal/render-list.ts');
  context.print(renderList(rows, context.root(), columnsOf(context)));
}
