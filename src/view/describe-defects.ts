import type { LedgerDefect } from '../ledger/ledger-file.ts';
import { sanitizeLine } from '../text/sanitize.ts';

/** How many offsets are listed of events with the same name. */
const MAX_PLACES = 3;

/**
 * What is wrong with a ledger, one line for each kind of event that this version cannot apply, then
 * one for each other defect.
 */
export function describeDefects(defects: readonly LedgerDefect[]): string[] {
  const events = new Map<string, LedgerDefect[]>();
  const others: string[] = [];
  for (const defect of defects) {
    if ('event' in defect) {
      const text = describeEvent(defect);
      events.set(text, [...(events.get(text) ?? []), defect]);
    } else others.push(describeBytes(defect));
  }
  return [...[...events].map(([text, found]) => `${placesOf(found)}: ${text}`), ...others];
}

function describeEvent({ kind, event }: LedgerDefect & { event: string }): string {
  const name = sanitizeLine(event, 80);
  return kind === 'unknown-event'
    ? `"${name}" is an event that this version does not know; it stays in the ledger, without effect`
    : `"${name}" has other fields than this version knows; it stays in the ledger, without effect`;
}

/** `ledger.jsonl, byte 12`, or `ledger.jsonl, 5 events, at bytes 12, 80, 112 and later`. */
function placesOf(defects: readonly LedgerDefect[]): string {
  const [first, ...more] = defects.map(({ offset }) => offset);
  if (more.length === 0) return `ledger.jsonl, byte ${first}`;
  const shown = [first, ...more].slice(0, MAX_PLACES).join(', ');
  const rest = defects.length > MAX_PLACES ? ' and later' : '';
  return `ledger.jsonl, ${defects.length} events, at bytes ${shown}${rest}`;
}

function describeBytes({ offset, bytes, kind }: LedgerDefect): string {
  const place = `ledger.jsonl, byte ${offset}`;
  return kind === 'torn'
    ? `${place}: an event was cut off after ${bytes} bytes and is lost`
    : `${place}: ${bytes} bytes are not an event and were skipped`;
}
