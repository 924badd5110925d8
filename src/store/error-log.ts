import { appendFileSync, closeSync, openSync } from 'node:fs';
import { APPEND_OR_CREATE } from '../platform/regular-file.ts';
import { errorLog } from './run-paths.ts';

/** Maximum length of a logged error; characters. */
const LONGEST = 2_000;

/** Appends an error to `.swarm/errors.log`, which `swarm doctor` reads. Never throws. */
export function logError(root: string, message: string, at: string): void {
  try {
    const line = `${at} ${message.slice(0, LONGEST)}\n`;
    const file = openSync(errorLog(root), APPEND_OR_CREATE, 0o600);
    appendFileSync(file, line);
    closeSync(file);
  } catch {
    // The disk may be what is wrong.
  }
}

export function describeThrown(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
