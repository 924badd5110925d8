import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runId } from '../ledger/events.ts';
import { createFileOnce } from '../platform/create-file-once.ts';
import { sha256 } from '../platform/sha256.ts';
import { writeFileAtomic } from '../platform/write-file-atomic.ts';
import { runPaths, swarmDir } from './run-paths.ts';

/** The run that a caller's key stands for; it is there, or for the caller to open. */
interface KeyedRun {
  id: string;
  /** To be called when the run is there. */
  markOpened(): void;
}

const OPENED = ' opened';

/**
 * Finds the run of a key. The key's file holds the run's id and is there before the run: so of
 * several that ask at once all get the same id. What comes after a run that was removed is in a file
 * named after that run, and so on: no file is ever about another run than its first, so nobody takes
 * a new one for the removed one.
 * @param freshId for the run, if there is none yet
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

/** A key's first file, or a later one; no rest of a write that was cut off. */
const KEY_FILE = /^[0-9a-f]{64}(?:\.[^.]+)?$/;

/** Forgets the keys whose runs were removed. @returns how many */
export function pruneIdempotencyKeys(root: string): number {
  const files = existsSync(keysDir(root))
    ? readdirSync(keysDir(root)).filter((name) => KEY_FILE.test(name))
    : [];
  const isNeeded = (name: string) => {
    const [id = '', isOpened] = readFileSync(join(keysDir(root), name), 'utf8').split(' ');
    return isOpened === undefined || existsSync(runPaths(root, id).ledger);
  };
  const keyOf = (name: string) => name.slice(0, 64);
  const needed = new Set(files.filter(isNeeded).map(keyOf));
  const gone = files.filter((name) => !needed.has(keyOf(name)));
  // The last one first: who asks meanwhile finds the way as far as it goes.
  for (const name of gone.sort().reverse()) rmSync(join(keysDir(root), name), { force: true });
  return new Set(gone.map(keyOf)).size;
}

function keysDir(root: string): string {
  return join(swarmDir(root), 'keys');
}
