import type { StatusDocument } from '../../run/status-schema.ts';
import { sanitizeLine } from '../../text/sanitize.ts';
import { truncateLine } from '../../text/truncate-line.ts';
import { INACTIVE, STATUS_ICONS, statusLabel } from '../status-labels.ts';

/** A run of a list, or why it cannot be read. */
export type ListRow =
  | (Pick<StatusDocument, 'run' | 'goal' | 'status' | 'counts'> & {
      /** Whether a supervisor or an agent is working on it. */
      atWork: boolean;
    })
  | { run: string; unreadable: string };

/**
 * The runs of a repository for people, a line each.
 * @param columns width of the terminal; longer lines are cut
 */
export function renderList(runs: readonly ListRow[], root: string, columns: number): string {
  if (runs.length === 0) return `no runs in ${root}; \`swarm plan FILE\` opens one`;
  const rows = runs.map((row) => ('unreadable' in row ? row : { ...row, ...toCells(row) }));
  const width = (cell: 'word' | 'share') =>
    Math.max(0, ...rows.map((row) => ('unreadable' in row ? 0 : row[cell].length)));
  const [wordWidth, shareWidth] = [width('word'), width('share')];
  const lines = rows.map((row) =>
    'unreadable' in row
      ? `! ${row.run}  cannot be read: ${row.unreadable}`
      : `${row.icon} ${row.run}  ${row.word.padEnd(wordWidth)}  ${row.share.padStart(shareWidth)}  ${sanitizeLine(row.goal, 500)}`,
  );
  const isAnyAtRest = rows.some((row) => 'word' in row && row.word === INACTIVE);
  return [
    ...lines.map((line) => truncateLine(line, columns)),
    ...(isAnyAtRest ? ['', HOW_TO_GO_ON] : []),
  ].join('\n');
}

const HOW_TO_GO_ON =
  'Not at work: `swarm resume <run>` goes on with a run, `swarm cancel <run>` ends it.';

function toCells({ status, atWork, counts }: Extract<ListRow, { atWork: boolean }>) {
  const isAtRest = status === 'working' && !atWork;
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return {
    icon: STATUS_ICONS[isAtRest ? 'pending' : status],
    word: isAtRest ? INACTIVE : statusLabel(status),
    share: `${counts.completed}/${total} done`,
  };
}
