import { sanitizeLine } from '../../text/sanitize.ts';
import type { FiringView } from './trigger-views.ts';

/** Longest reason that is shown in a list; characters. */
const MAX_REASON = 300;

const ICONS: Readonly<Record<FiringView['outcome'], string>> = {
  waiting: '…',
  started: '●',
  skipped: '○',
  missed: '!',
  failed: '✗',
  nothing_done: '○',
};

/** What became of a firing, with an icon: `● started run 20261123-…: completed`. */
export function describeOutcome(firing: FiringView): string {
  return `${ICONS[firing.outcome]} ${wordsOf(firing)}`;
}

function wordsOf({ outcome, run, runStatus, reason, category, range }: FiringView): string {
  const why = reason === null ? '' : `: ${sanitizeLine(reason, MAX_REASON)}`;
  switch (outcome) {
    case 'waiting':
      return `waits${why}`;
    case 'started':
      return `started run ${run}${runStatus === null ? '' : `: ${runStatus.replace('_', ' ')}`}`;
    case 'nothing_done':
      return `nothing done: run ${run} completed without reading or writing anything`;
    case 'missed':
      return `missed ${countOf(range)}: no hub was running`;
    case 'skipped':
      return `skipped${range ? ` ${countOf(range)}` : ''}${why}`;
    case 'failed':
      return `failed (${category})${why}`;
  }
}

function countOf(range: FiringView['range']): string {
  if (!range) return '';
  if (range.count === null) return 'more than 1000 times';
  return range.count === 1 ? 'once' : `${range.count} times`;
}
