import { sanitizeLine } from '../../text/sanitize.ts';

interface Range {
  source: 'branches' | 'snapshots' | 'seen_files';
  changedBy: ReadonlyMap<string, readonly string[]> | null;
  missing: readonly string[];
  leftOut: readonly string[];
}

const SHARED_TREE = {
  branches: null,
  snapshots:
    'the tasks worked in your checkout: this shows what changed while their agents were running, so changes of yours from that time are in it',
  seen_files:
    'the tasks worked in your checkout, and there are no snapshots of it: this compares the files that they were seen to change with the last commit, so changes of yours in the same files are in it',
};

/** How many files a note names. */
const MAX_NAMED = 10;

/** What a reader of a diff should know. */
export function describeDiff({ source, changedBy, missing, leftOut }: Range): string[] {
  const shared = SHARED_TREE[source];
  const doubtful = [...(changedBy ?? [])].filter(([, tasks]) => tasks.length > 1);
  const named = doubtful.map(([file, tasks]) => `${sanitizeLine(file, 200)} (${tasks.join(', ')})`);
  const verb = source === 'snapshots' ? 'may have been changed' : 'changed';
  return [
    ...(missing.length > 0
      ? [`without the changes of ${missing.join(', ')}, which are not merged`]
      : []),
    ...(shared === null ? [] : [shared]),
    ...(named.length > 0 ? [`${verb} by several tasks: ${listSome(named, '; ')}`] : []),
    ...(leftOut.length > 0
      ? [
          `in no snapshot, because they are large and new or other repositories: ${listSome(leftOut.map((file) => sanitizeLine(file, 200)))}`,
        ]
      : []),
  ];
}

function listSome(texts: readonly string[], separator = ', '): string {
  const more = texts.length - MAX_NAMED;
  return `${texts.slice(0, MAX_NAMED).join(separator)}${more > 0 ? ` and ${more} more` : ''}`;
}
