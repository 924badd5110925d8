import { appendEvents } from '../ledger/ledger-file.ts';
import { isEnded, toStatusDocument } from '../run/status-document.ts';
import { writeProjections } from '../store/projections.ts';
import { describeDefects } from '../store/run-handle.ts';
import { renderBoundedSummary, renderSummary } from '../view/markdown/render-summary.ts';
import { findRun } from './find-run.ts';
import { writeIfPermitted } from './write-if-permitted.ts';

/**
 * The summary of a run. When a session reads that of an ended run, this is entered in the ledger:
 * then nothing of the run is left to do.
 * @param maxChars about how long it may be; null for the whole
 * @throws {SwarmError} when there is no such run
 */
export function readSummary(
  root: string,
  name: string | undefined,
  maxChars: number | null,
  session: string | null,
  now: () => string,
  onNote: (text: string) => void,
): string {
  const run = findRun(root, name);
  writeIfPermitted(() => {
    if (session && !run.state.isSummaryRead && isEnded(toStatusDocument(run.state).status)) {
      appendEvents(run.paths.ledger, [{ event: 'summary.read', at: now(), session }]);
    }
    writeProjections(run);
  }, onNote);
  const notes = describeDefects(run);
  return maxChars === null
    ? renderSummary(run.state, notes)
    : renderBoundedSummary(run.state, maxChars, notes);
}
