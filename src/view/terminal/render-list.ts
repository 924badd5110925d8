import type { StatusDocument } from '../../run/status-schema.ts';
import { sanitizeLine } from '../../text/sanitize.ts';
import { truncateLine } from '../../text/truncate-line.ts';
import { INACTIVE, STATUS_ICONS, statusLabel } from '../status-labels.ts';

/** A run of a list, or why it cannot be read. */
export type ListRow =
  | (Pick<StatusDocument, 'run' | 'goal' | 'status' | 'counts'> & {
      /** Whether a supervisor, an agent or its session is working on it. */
      atWork: boolean;
    })
  | { run: string; unreadable: string };

/**
 * The runs of a repository, one line each.
 * @param columns width of the terminal; longer lines are truncated
 */
export function renderList(runs: readonly ListRow[], root: string, columns: number): string {
  if (runs.length === 0) return `no runs in ${root}. Create one: swarm plan FILE`;
  const rows = runs.map((row) => ('unreadable' in row ? row : { ...row, ...toCells(row) }));
  const width = (cell: 'label' | 'share') =>
    Math.max(0, ...rows.map((row) => ('unreadable' in row ? 0 : row[cell].length)));
  const [labelWidth, shareWidth] = [width('label'), width('share')];
  const lines = rows.map((row) =>
    'unreadable' in row
      ? `! ${row.run}  cannot be read: ${row.unreadable}`
      : `${row.icon} ${row.run}  ${row.label.padEnd(labelWidth)}  ${row.share.padStart(shareWidth)}  ${sanitizeLine(row.goal, 500)}`,
  );
  const hasInactive = rows.some((row) => 'label' in row && row.label === INACTIVE);
  return [
    ...lines.map((line) => truncateLine(line, columns)),
    ...(hasInactive ? ['', INACTIVE_HELP] : []),
  ].join('\n');
}

const INACTIVE_HELP =
  'Inactive runs: `swarm resume <run>` resumes one, `swarm cancel <run>` cancels it.';

function toCells({ status, atWork, counts }: Extract<ListRow, { atWork: boolean }>) {
  const isInactive = status === 'working' && !atWork;
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return {
    icon: STATUS_ICONS[isInactive ? 'pending' : status],
    label: isInactive ? INACTIVE : statusLabel(status),
    share: `${counts.completed}/${total} completed`,
  };
}
