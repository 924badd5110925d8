import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { isoOf } from '../schedules/due-times.ts';
import type { HistoryState } from '../store/history-state.ts';

/** How long payloads are kept; milliseconds. */
const KEPT_MS = 30 * 24 * 60 * 60_000;

/**
 * Removes the payloads of old deliveries, which may be private. Their history stays.
 * @param now ISO 8601
 */
export function prunePayloads(
  { firings, open }: HistoryState,
  directory: string,
  now: string,
): void {
  const until = isoOf(Date.parse(now) - KEPT_MS);
  const inUse = new Set([...open.values()].map(({ delivery }) => delivery?.file));
  for (const { at, delivery } of firings.values()) {
    if (!delivery || at > until || inUse.has(delivery.file)) continue;
    rmSync(join(directory, delivery.file), { force: true });
  }
}
