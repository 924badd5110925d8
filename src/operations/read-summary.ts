import { isEnded, toStatusDocument } from '../run/status-document.ts';
import { commit, publish } from '../store/commit.ts';
import { type Host, sessionOf } from '../store/host.ts';
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
  host: Host,
  name: string | undefined,
  maxChars: number | null,
  onNote: (text: string) => void,
): string {
  const run = findRun(host, name);
  const session = sessionOf(host.caller);
  writeIfPermitted(() => {
    if (session && !run.state.isSummaryRead && isEnded(toStatusDocument(run.state).status)) {
      commit(run, [{ event: 'summary.read', at: host.now(), session }], host);
    }
    publish(run, [], host);
  }, onNote);
  const notes = describeDefects(run);
  return maxChars === null
    ? renderSummary(run.state, notes)
    : renderBoundedSummary(run.state, maxChars, notes);
}
