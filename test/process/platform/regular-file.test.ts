import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { APPEND, openRegularFile, readRegularFile } from '../../../src/platform/regular-file.ts';
import { makeTempDir } from '../../support/temp-dir.ts';

it('does not wait for the other end of a FIFO', async () => {
  const dir = await makeTempDir();
  try {
    const fifo = join(dir.path, 'ledger.jsonl');
    execFileSync('mkfifo', [fifo]);
    expect(() => readRegularFile(fifo)).toThrow(/expected a regular file, found a FIFO/);
    expect(() => openRegularFile(fifo, APPEND)).toThrow(/expected a regular file, found a FIFO/);
    const file = join(dir.path, 'file');
    writeFileSync(file, 'text');
    expect(readRegularFile(file)).toBe('text');
  } finally {
    await dir.remove();
  }
});
