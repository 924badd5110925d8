import { join } from 'node:path';
import type { LedgerEvent } from '../../ledger/events.ts';
import { readRegularFile } from '../../platform/regular-file.ts';
import type { RunPaths } from '../../store/run-paths.ts';

/** The files of a run's directory that events name, by their path relative to it. */
export function readNamedFiles(
  { dir }: RunPaths,
  events: readonly LedgerEvent[],
): Record<string, string> {
  const named = new Set(events.flatMap(filesOf));
  return Object.fromEntries([...named].map((path) => [path, readRegularFile(join(dir, path))]));
}

function filesOf(event: LedgerEvent): string[] {
  if ('report' in event && event.report) return [event.report.path];
  return event.event === 'check.ended' ? [event.output] : [];
}
