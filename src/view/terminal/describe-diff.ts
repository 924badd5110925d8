import { sanitizeLine } from '../../text/sanitize.ts';

interface Range {
  changedBy: ReadonlyMap<string, readonly string[]> | null;
  missing: readonly string[];
}

/** What a reader of a diff should know. */
export function describeDiff({ changedBy, missing }: Range): string[] {
  const notes: string[] = [];
  if (missing.length > 0)
    notes.push(`without the changes of ${missing.join(', ')}, which are not merged`);
  if (!changedBy) return notes;
  notes.push(
    'the tasks worked in your checkout: this compares the files that they were seen to change with the last commit, so changes of yours in the same files are in it',
  );
  const shared = [...changedBy].filter(([, tasks]) => tasks.length > 1);
  const listed = shared
    .slice(0, 10)
    .map(([file, tasks]) => `${sanitizeLine(file, 200)} (${tasks.join(', ')})`);
  if (listed.length > 0) notes.push(`changed by several tasks: ${listed.join('; ')}`);
  return notes;
}
