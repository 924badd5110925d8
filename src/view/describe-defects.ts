import type { LedgerDefect } from '../ledger/ledger-file.ts';
import { plural } from '../text/format.ts';
import { sanitizeLine } from '../text/sanitize.ts';

/** How many offsets are listed of defects of one kind. */
const MAX_PLACES = 3;

/**
 * What is wrong with a ledger, one line for each kind of event that this version cannot apply, then
 * one for each other defect, or for each kind of them if they are many.
 */
export function describeDefects(defects: readonly LedgerDefect[]): string[] {
  const events = new Map<string, LedgerDefect[]>();
  const others = new Map<string, LedgerDefect[]>();
  for (const defect of defects) {
    if ('event' in defect) addTo(events, describeEvent(defect), defect);
    else addTo(others, defect.kind, defect);
  }
  return [
    ...[...events].map(([text, found]) => `${placesOf(found, 'event')}: ${text}`),
    ...[...others.values()].flatMap((found) =>
      found.length > MAX_PLACES ? describeMany(found) : found.map(describeBytes),
    ),
  ];
}

function addTo(groups: Map<string, LedgerDefect[]>, key: string, defect: LedgerDefect): void {
  const group = groups.get(key);
  if (group) group.push(defect);
  else groups.set(key, [defect]);
}

function describeEvent({ kind, event }: LedgerDefect & { event: string }): string {
  const name = sanitizeLine(event, 80);
  return kind === 'unknown-event'
    ? `"${name}" is an event that this version does not know; it stays in the ledger, without effect`
    : `"${name}" has other fields than this version knows; it stays in the ledger, without effect`;
}

/** `ledger.jsonl, byte 12`, or `ledger.jsonl, 5 events, at bytes 12, 80, 112 and later`. */
function placesOf(defects: readonly LedgerDefect[], noun: string): string {
  const offsets = defects.slice(0, MAX_PLACES).map(({ offset }) => offset);
  if (defects.length === 1) return `ledger.jsonl, byte ${offsets[0]}`;
  const shown = offsets.join(', ');
  const rest = defects.length > MAX_PLACES ? ' and later' : '';
  return `ledger.jsonl, ${plural(defects.length, noun)}, at bytes ${shown}${rest}`;
}

function describeBytes({ offset, bytes, kind }: LedgerDefect): string {
  const place = `ledger.jsonl, byte ${offset}`;
  return kind === 'torn'
    ? `${place}: an event was cut off after ${bytes} bytes and is lost`
    : `${place}: ${bytes} bytes are not an event and were skipped`;
}

function describeMany(defects: readonly LedgerDefect[]): string {
  return defects[0]?.kind === 'torn'
    ? `${placesOf(defects, 'event')}: they were cut off and are lost`
    : `${placesOf(defects, 'part')}: they are not events and were skipped`;
}
