import type { StatusDocument } from '../run/status-schema.ts';
import { sanitizeLine } from '../text/sanitize.ts';
import { changesBetween, describeChange, type RunChange } from './run-changes.ts';

/** Longest text of a task's line; code points. */
const MAX_TEXT = 200;

/** What changed between two states of a run, one plain line each. */
export function describeChanges(before: StatusDocument | null, after: StatusDocument): string[] {
  return changesBetween(before, after).map(toLine);
}

/** Like `describeChanges`, but without the end of the run, for callers that print it themselves. */
export function describeTaskChanges(
  before: StatusDocument | null,
  after: StatusDocument,
): string[] {
  return changesBetween(before, after)
    .filter(({ kind }) => kind === 'task')
    .map(toLine);
}

function toLine(change: RunChange): string {
  return describeChange(change, (text) => sanitizeLine(text, MAX_TEXT));
}
