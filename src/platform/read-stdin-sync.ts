import { readSync } from 'node:fs';

const CHUNK_BYTES = 65_536;

/** Reads stdin without starting the event loop's streams, which would cost more than the hook. */
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
      // A pipe in non-blocking mode whose writer is slower than this process started.
      sleepSync(2);
    }
  }
}

/** Waits. @param ms milliseconds */
export function sleepSync(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
