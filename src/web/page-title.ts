import { stripControlCharacters } from '../text/strip-control-characters.ts';
import type { PageData } from '../view/page/page-data.ts';
import { progressOf, STATUS_ICONS } from '../view/status-labels.ts';

/** The title of a page, with its state first, so that a tab among many shows it. */
export function pageTitle(data: PageData): string {
  if (data.kind === 'runs') {
    const waiting = data.runs.filter((row) => 'status' in row && row.status === 'input_required');
    return `${waiting.length > 0 ? `(${waiting.length}) ` : ''}Runs · swarm`;
  }
  if (data.kind === 'triggers') return 'Triggers · swarm';
  const { status } = data;
  const share = status.endedAt === null ? ` ${Math.round(progressOf(status) * 100)}%` : '';
  return `${STATUS_ICONS[status.status]}${share} ${stripControlCharacters(status.goal)} · swarm`;
}
