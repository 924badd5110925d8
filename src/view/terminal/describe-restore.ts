import { plural } from '../../text/format.ts';
import { sanitizeLine } from '../../text/sanitize.ts';
import type { RestoreDocument } from '../results.ts';

/** How many files of a kind are listed. */
const MAX_LISTED = 50;

const VERBS = { put_back: 'put back', recreated: 'recreate', removed: 'remove' } as const;

/** What `swarm restore` would do. */
export function describeRestorePlan({ files, checkout }: RestoreDocument): string {
  return listed(
    `in ${checkout}:`,
    files.map(({ path, change }) => `${VERBS[change].padEnd(8)}  ${sanitizeLine(path, 200)}`),
  );
}

/** The files that keep `swarm restore` from doing it, and why; empty if there are none. */
export function describeBlocked({ run, blocked }: RestoreDocument): string {
  if (blocked.length === 0) return '';
  const head = `${plural(blocked.length, 'file')} cannot be put back without losing changes of others:`;
  const lines = blocked.map((file) => `${sanitizeLine(file.path, 200)}: ${reason(file)}`);
  const end = `See them with \`swarm diff ${run}\`. \`--partial\` leaves them as they are and puts back the others.`;
  return [listed(head, lines), end].join('\n');
}

function reason({ tasks, byPerson, isSubmodule }: RestoreDocument['blocked'][number]): string {
  const reasons = [
    ...(tasks.length > 0 ? [`${tasks.join(', ')} may have changed it too`] : []),
    ...(byPerson ? ['it also changed while no agent was running'] : []),
    ...(isSubmodule ? ['it is a submodule'] : []),
  ];
  return reasons.join('; ');
}

export function describeRestore({ outcome, files, run }: RestoreDocument): string {
  switch (outcome) {
    case 'restored':
      return `restored ${plural(files.length, 'file')}; \`swarm diff ${run}\` still shows what was there`;
    case 'refused':
      return 'nothing was restored';
    case 'not_confirmed':
      return 'nothing was restored; `--yes` does it without asking';
    case 'nothing_to_restore':
      return 'nothing to restore: the files are as they were before';
  }
}

function listed(head: string, lines: readonly string[]): string {
  const more = lines.length - MAX_LISTED;
  const rest = more > 0 ? [`and ${more} more`] : [];
  return [head, ...[...lines.slice(0, MAX_LISTED), ...rest].map((line) => `  ${line}`)].join('\n');
}
