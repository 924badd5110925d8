import type { LedgerEvent } from '../../ledger/events.ts';
import { readLedger } from '../../ledger/ledger-file.ts';
import type { RunHandle } from '../../store/run-handle.ts';

/** What of the attempts of workers is in the ledger: a message may come again after it was appended. */
export interface RecordedLines {
  /** @returns the events that are not recorded yet, which then count as recorded */
  add(attempt: string, events: readonly LedgerEvent[]): LedgerEvent[];
  forget(attempt: string): void;
}

/** @param run as it is before anything is handled */
export function recordedLines(run: RunHandle): RecordedLines {
  const lines = new Map<string, Set<string>>();
  const open = [...run.state.attempts.values()].filter(
    ({ worker, end, refusal }) => worker?.pool && !end && !refusal,
  );
  if (open.length > 0) {
    const all = readLedger(run.paths.ledger).events.map((event) => JSON.stringify(event));
    // Few attempts are open, so what others have recorded is the smaller part or does no harm.
    for (const { id } of open) lines.set(id, new Set(all.filter((line) => line.includes(id))));
  }
  return {
    add(attempt, events) {
      const known = lines.get(attempt) ?? new Set();
      lines.set(attempt, known);
      return events.filter((event) => {
        const line = JSON.stringify(event);
        if (known.has(line)) return false;
        known.add(line);
        return true;
      });
    },
    forget: (attempt) => lines.delete(attempt),
  };
}
