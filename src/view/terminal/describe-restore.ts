import { plural } from '../../text/format.ts';
import { sanitizeLine } from '../../text/sanitize.ts';
import type { RestoreDocument } from '../results.ts';

/** How many files of a kind are listed. */
const MAX_LISTED = 50;

const VERBS = { put_back: 'put back', recreated: 'recreate', removed: 'remove' } as const;

/** What `swarm restore` is about to do, and what it leaves. */
export function describeRestorePlan(document: RestoreDocument): string {
  const { run, files, blocked, checkout } = document;
  const changes = files.map(
    ({ path, change }) => `${VERBS[change].padEnd(8)}  ${sanitizeLine(path, 200)}`,
  );
  return [
    listed(`run ${run}, in ${checkout}:`, changes),
    ...(blocked.length > 0
      ? [listed('left as they are, because changes of others would be lost:', reasons(document))]
      : []),
    'Your own changes of these files while agents were running cannot be told apart from theirs, and are undone, too.',
  ].join('\n');
}

/** Why `swarm restore` does nothing, and what the person can do. */
export function describeRefusal(document: RestoreDocument): string {
  const { run, files, blocked } = document;
  const head = `nothing is restored: in ${plural(blocked.length, 'file')}, changes of others would be lost`;
  const partial =
    files.length > 0
      ? ` \`--partial\` leaves them as they are and restores ${plural(files.length, 'other file')}.`
      : ' There is no other file to restore.';
  return [
    listed(`${head}:`, reasons(document)),
    `See them with \`swarm diff ${run}\`.${partial}`,
  ].join('\n');
}

function reasons({ blocked }: RestoreDocument): string[] {
  return blocked.map((file) => `${sanitizeLine(file.path, 200)}: ${reason(file)}`);
}

function reason({ tasks, byPerson, isSubmodule }: RestoreDocument['blocked'][number]): string {
  const found = [
    ...(tasks.length > 0 ? [`${tasks.join(', ')} may have changed it too`] : []),
    ...(byPerson ? ['it changed without an agent, so by you or another program'] : []),
    ...(isSubmodule ? ['it is a submodule'] : []),
  ];
  return found.join('; ');
}

/** How it ended, in one line. */
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
