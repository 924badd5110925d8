import { readSync } from 'node:fs';

const CHUNK_BYTES = 65_536;

/**
 * Reads stdin to its end. Node's streams would take longer to start than the rest of a hook.
 * @throws when stdin cannot be read
 */
export function readStdinSync(): string {
  const chunks: Buffer[] = [];
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    try {
      const bytes = readSync(0, chunk);
      if (bytes === 0) return Buffer.concat(chunks).toString();
      chunks.push(chunk.subarray(0, bytes));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EOF') return Buffer.concat(chunks).toString();
      if (code !== 'EAGAIN') throw error;
      // A non-blocking pipe whose writer was slower than the start of this process.
      sleepSync(2);
    }
  }
}

/** Blocks the process. @param ms milliseconds */
export function sleepSync(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
