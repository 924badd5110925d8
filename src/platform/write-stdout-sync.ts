import { writeSync } from 'node:fs';
import { sleepSync } from './read-stdin-sync.ts';

/**
 * Writes to stdout without opening its stream, which would take longer than the rest of a process
 * that prints little.
 * @throws when it cannot be written, for example because its reader has gone
 */
export function writeStdoutSync(text: string): void {
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      // A non-blocking pipe with a slower reader.
      sleepSync(2);
    }
  }
}
