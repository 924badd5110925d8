import { isEnded, toStatusDocument } from '../run/status-document.ts';
import { commit, publish } from '../store/commit.ts';
import { type Host, sessionOf } from '../store/host.ts';
import { describeDefects, type RunHandle } from '../store/run-handle.ts';
import { summaryDocument } from '../view/markdown/render-summary.ts';
import type { SummaryDocument } from '../view/results.ts';
import { writeIfPermitted } from './write-if-permitted.ts';

/**
 * The summary of a run. The ledger records when a session reads the summary of an ended run: after
 * that the run needs no attention.
 * @param maxChars its approximate maximum length; null for no limit
 * @param onRefusal called when the run's files cannot be written, which the summary does not need
 */
export function readSummary(
  run: RunHandle,
  maxChars: number | null,
  host: Host,
  onRefusal: (message: string) => void,
): SummaryDocument {
  const session = sessionOf(host.caller);
  writeIfPermitted(() => {
    if (session && !run.state.isSummaryRead && isEnded(toStatusDocument(run.state).status)) {
      commit(run, [{ event: 'summary.read', at: host.now(), session }], host);
    }
    publish(run, [], host);
  }, onRefusal);
  return summaryDocument(run.state, { maxChars, notes: describeDefects(run) });
}
