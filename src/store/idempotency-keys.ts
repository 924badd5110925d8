import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runId } from '../ledger/events.ts';
import { createFileOnce } from '../platform/create-file-once.ts';
import { readRegularFile } from '../platform/regular-file.ts';
import { sha256 } from '../platform/sha256.ts';
import { writeFileAtomic } from '../platform/write-file-atomic.ts';
import { runPaths, swarmDir } from './run-paths.ts';

/** The run of a caller's key. It exists, or the caller must create it. */
interface KeyedRun {
  id: string;
  /** Must be called once the run exists. */
  markOpened(): void;
}

const OPENED = ' opened';

/**
 * Finds the run of a key. The key's file contains the run's id and exists before the run, so all
 * simultaneous callers get the same id. The successor of a removed run is in a file named after
 * that run, and so on: a file never refers to another run than its first, so a new run is never
 * mistaken for the removed one.
 * @param freshId for a run that does not exist yet
 */
export function reserveRunId(root: string, key: string, freshId: string): KeyedRun {
  mkdirSync(keysDir(root), { recursive: true, mode: 0o700 });
  const first = join(keysDir(root), sha256(key));
  for (let file = first; ; ) {
    const content = createFileOnce(file, freshId);
    const isOpened = content.endsWith(OPENED);
    const id = runId.parse(content.split(' ')[0]);
    if (!isOpened || existsSync(runPaths(root, id).ledger)) {
      return { id, markOpened: () => void (isOpened || writeFileAtomic(file, id + OPENED)) };
    }
    file = `${first}.${id}`;
  }
}

/** The id of the first run that was reserved for a key, whether it was created or not; null if none. */
export function findReservedRun(root: string, key: string): string | null {
  const file = join(keysDir(root), sha256(key));
  return existsSync(file) ? runId.parse(readRegularFile(file).split(' ')[0]) : null;
}

/** A key's first file or a later one, but not the remains of an interrupted write. */
const KEY_FILE = /^[0-9a-f]{64}(?:\.[^.]+)?$/;

/**
 * Removes the keys of removed runs.
 * @param isDryRun only counts them
 * @returns how many
 */
export function pruneIdempotencyKeys(root: string, isDryRun: boolean): number {
  const files = existsSync(keysDir(root))
    ? readdirSync(keysDir(root)).filter((name) => KEY_FILE.test(name))
    : [];
  const isNeeded = (name: string) => {
    const [id = '', isOpened] = readRegularFile(join(keysDir(root), name)).split(' ');
    return isOpened === undefined || existsSync(runPaths(root, id).ledger);
  };
  const keyOf = (name: string) => name.slice(0, 64);
  const needed = new Set(files.filter(isNeeded).map(keyOf));
  const gone = files.filter((name) => !needed.has(keyOf(name)));
  // Last file first: a simultaneous caller can follow the chain as far as it goes.
  for (const name of isDryRun ? [] : gone.sort().reverse())
    rmSync(join(keysDir(root), name), { force: true });
  return new Set(gone.map(keyOf)).size;
}

function keysDir(root: string): string {
  return join(swarmDir(root), 'keys');
}
