import type { LedgerEvent } from '../../ledger/events.ts';
import { readLedger } from '../../ledger/ledger-file.ts';

/**
 * The events of a ledger, of which each call reads only what was appended since the one before: an
 * order needs events from anywhere in the run, and a long run gives many orders.
 * @throws as {@link readLedger}
 */
export function ledgerEvents(path: string): () => readonly LedgerEvent[] {
  const events: LedgerEvent[] = [];
  let offset = 0;
  return () => {
    const part = readLedger(path, offset);
    offset = part.offset;
    for (const event of part.events) events.push(event);
    return events;
  };
}
