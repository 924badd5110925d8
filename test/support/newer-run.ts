import { readFileSync, writeFileSync } from 'node:fs';
import { LEDGER_FORMAT } from '../../src/ledger/format.ts';
import type { RunPaths } from '../../src/store/run-paths.ts';

/** Makes a run look as if a newer version, with the next ledger format, had opened it. */
export function makeNewer({ ledger }: RunPaths): void {
  const [first = '', ...rest] = readFileSync(ledger, 'utf8').split('\n');
  const opened = { ...JSON.parse(first), format: LEDGER_FORMAT + 1, somethingNew: true };
  writeFileSync(ledger, [JSON.stringify(opened), ...rest].join('\n'));
}
