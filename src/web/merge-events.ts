import type { TaskStatusEntry } from '../run/status-schema.ts';
import type { PageData, RunRow, RunState, RunsPageData } from '../view/page/page-data.ts';

/** The list with a row that is new or has changed; a later page of it takes no new rows. */
export function mergeRow(page: RunsPageData, row: RunRow): RunsPageData {
  const isKnown = page.runs.some(({ run }) => run === row.run);
  if (isKnown) return { ...page, runs: page.runs.map((old) => (old.run === row.run ? row : old)) };
  if (!page.isFirst) return page;
  const runs = [...page.runs, row].sort((a, b) => (a.run < b.run ? 1 : -1));
  return { ...page, runs, total: page.total + 1 };
}

/** The page of a run after an event, which has the changed tasks alone. */
export function mergeRun<Data extends RunState>(page: Data, event: RunState): Data {
  const changed = new Map(event.status.tasks.map((task) => [task.id, task]));
  const known = page.status.tasks.map((task) => changed.get(task.id) ?? task);
  const tasks = known.length > 0 ? known : event.status.tasks;
  return {
    ...page,
    ...event,
    status: { ...event.status, tasks: sameIfUnchanged(page.status.tasks, tasks) },
    details: { ...page.details, ...event.details },
  };
}

/** Keeps what is equal, so that it is not drawn again. */
function sameIfUnchanged(
  before: readonly TaskStatusEntry[],
  after: readonly TaskStatusEntry[],
): TaskStatusEntry[] {
  return after.map((task, index) => {
    const old = before[index];
    return old && old !== task && JSON.stringify(old) === JSON.stringify(task) ? old : task;
  });
}

/** The list without a run that was removed; the page of the run says so. */
export function withoutRun(page: PageData, run: string): PageData {
  if (page.kind === 'triggers') return page;
  if (page.kind !== 'runs')
    return { ...page, atWork: false, notes: ['This run was removed from the disk.'] };
  const runs = page.runs.filter((row) => row.run !== run);
  return { ...page, runs, total: page.total - (page.runs.length - runs.length) };
}
