import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import type { ProcessIdentity } from '../../../platform/process/process-identity.ts';
import { readRegularFile } from '../../../platform/regular-file.ts';
import { writeFileAtomic } from '../../../platform/write-file-atomic.ts';
import { isMissing } from '../../../store/own-directory.ts';
import { about } from '../../wire/wire-fields.ts';

const record = z.strictObject({
  ...about,
  /** The name of the worker's machine. */
  machine: z.string(),
  /** The process of the worker. */
  worker: z.strictObject({ pid: z.int(), startedAt: z.nullable(z.string()) }),
  /** The number of the next message to the supervisor. */
  seq: z.int().check(z.nonnegative()),
});

/** What outlives a worker that was killed, for whoever cleans up after it. */
export type PlaceRecord = z.infer<typeof record> & { worker: ProcessIdentity };

const FILE = 'attempt.json';

/** @param directory of the place */
export function writePlaceRecord(directory: string, content: PlaceRecord): void {
  writeFileAtomic(join(directory, FILE), JSON.stringify(content));
}

/** The places on this machine, without those that are being made or removed. */
export function listPlaces(places: string): { directory: string; record: PlaceRecord }[] {
  return namesIn(places).flatMap((name) => {
    const directory = join(places, name);
    try {
      const text = readRegularFile(join(directory, FILE));
      return [{ directory, record: record.parse(JSON.parse(text)) }];
    } catch {
      return [];
    }
  });
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** A place that stays for a person is no longer cleaned up. */
export function removePlaceRecord(directory: string): void {
  rmSync(join(directory, FILE), { force: true });
}
