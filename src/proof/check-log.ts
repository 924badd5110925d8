import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirectory } from '../store/own-directory.ts';
import type { RunHandle } from '../store/run-handle.ts';

export interface CheckLog {
  /** Relative to the run's directory. */
  path: string;
  write(chunk: string | Buffer): void;
  /** The last part of what was written. */
  tail(): string;
  close(): void;
}

/** Characters of output that an agent is shown. */
const TAIL = 6_000;

/**
 * The log of all rounds of a check; nothing is ever removed from it.
 * @param name of the file, without its directory and ending
 * @param rounds how many rounds it already has
 */
export function openLog({ paths }: RunHandle, name: string, rounds: number): CheckLog {
  makeDirectory(paths.checks);
  const path = `checks/${name}.log`;
  const { O_APPEND, O_CREAT, O_WRONLY, O_NOFOLLOW = 0 } = constants;
  const flags = O_APPEND | O_CREAT | O_WRONLY | O_NOFOLLOW;
  const fd = openSync(join(paths.dir, path), flags, 0o600);
  let tail = '';
  const write = (chunk: string | Buffer) => {
    writeSync(fd, chunk as Buffer);
    tail = (tail + chunk.toString()).slice(-TAIL);
  };
  if (rounds > 0) write(`\n# Round ${rounds + 1}\n`);
  return { path, write, tail: () => tail, close: () => closeSync(fd) };
}
