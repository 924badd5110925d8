import { appendFileSync } from 'node:fs';
import { errorLog } from './run-paths.ts';

/** Maximum length of a logged error; characters. */
const LONGEST = 2_000;

/** Appends an error to `.swarm/errors.log`, which `swarm doctor` reads. Never throws. */
export function logError(root: string, message: string, at: string): void {
  try {
    const line = `${at} ${message.slice(0, LONGEST)}\n`;
    appendFileSync(errorLog(root), line, { mode: 0o600 });
  } catch {
    // The disk may be what is wrong.
  }
}

export function describeThrown(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
