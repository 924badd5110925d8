import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import type { ProcessIdentity } from '../../../platform/process/process-identity.ts';
import { readRegularFile } from '../../../platform/regular-file.ts';
import { writeFileAtomic } from '../../../platform/write-file-atomic.ts';

const worker = z.strictObject({
  process: z.strictObject({ pid: z.int(), startedAt: z.nullable(z.string()) }),
  name: z.string(),
});

/** A worker that runs on this machine. */
export type RunningWorkerProcess = z.infer<typeof worker>;

interface Registry {
  /** The directory in which workers name themselves; absolute. */
  workers: string;
}

/** Names this worker to others on this machine. @returns a function that takes it back */
export function registerWorker({ workers }: Registry, own: RunningWorkerProcess): () => void {
  mkdirSync(workers, { recursive: true, mode: 0o700 });
  const file = join(workers, `${own.process.pid}.json`);
  writeFileAtomic(file, JSON.stringify(own));
  return () => rmSync(file, { force: true });
}

/** The workers that run on this machine. */
export function listWorkers(
  { workers }: Registry,
  isAlive: (known: ProcessIdentity) => boolean,
): RunningWorkerProcess[] {
  return filesIn(workers).flatMap((name) => {
    try {
      const found = worker.parse(JSON.parse(readRegularFile(join(workers, name))));
      return isAlive(found.process) ? [found] : [];
    } catch {
      // It has just ended, or is of another version.
      return [];
    }
  });
}

function filesIn(directory: string): string[] {
  try {
    return readdirSync(directory).filter((name) => name.endsWith('.json'));
  } catch {
    return [];
  }
}
