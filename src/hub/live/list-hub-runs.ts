import type { RunRow } from '../../view/page/page-data.ts';
import type { Repository } from '../hub-context.ts';

export interface HubRunList {
  /** Newest first. */
  runs: RunRow[];
  /** How many runs there are on all pages. */
  total: number;
  /** What to ask for the next page with; null on the last one. */
  next: string | null;
}

/**
 * One page of the runs of several repositories. Only the runs on the page are read.
 * @param before list only runs that are older than this id
 */
export function listHubRuns(
  repositories: readonly Repository[],
  { before, limit }: { before?: string | undefined; limit: number },
): HubRunList {
  const all = repositories
    .flatMap((repository) => repository.live.ids().map((run) => ({ repository, run })))
    .sort((a, b) => (a.run < b.run ? 1 : -1));
  const rest = before === undefined ? all : all.filter(({ run }) => run < before);
  const page = rest.slice(0, limit);
  return {
    runs: page.map(({ repository, run }) => ({
      ...repository.live.row(run),
      repo: repository.name,
    })),
    total: all.length,
    next: rest.length > limit ? (page.at(-1)?.run ?? null) : null,
  };
}
