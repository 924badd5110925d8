import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { EXIT, SwarmError } from '../errors/swarm-error.ts';

/** A plan as it was written, and its name in messages. */
export interface PlanInput {
  source: string;
  file: string;
}

/**
 * Reads a plan.
 * @param file `-` for stdin
 * @param expected what the word may stand for, where it names no file
 * @throws {SwarmError} when there is no such file, or it is no text
 */
export function readPlan(
  file: string,
  tell: (text: string) => void,
  expected = 'the file of a plan',
): PlanInput {
  const isStdin = file === '-';
  const bytes = isStdin ? readStdin('a plan', tell) : readBytes(file, expected);
  const name = isStdin ? 'stdin' : file;
  const source = bytes.toString('utf8');
  if (isUtf8(bytes)) return { source, file: name };
  const line = source.slice(0, source.indexOf('\ufffd')).split('\n').length;
  throw new SwarmError(`${name}:${line}: expected text in UTF-8, found other bytes`);
}

export function readStdin(what: string, tell: (text: string) => void): Buffer {
  if (process.stdin.isTTY) tell(`reading ${what} from the terminal; end it with Ctrl-D`);
  return readFileSync(0);
}

const FOUND: Readonly<Record<string, (file: string) => string>> = {
  ENOENT: (file) => `no ${resolve(file)}`,
  EISDIR: () => 'a directory',
};

function readBytes(file: string, expected: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    const found = FOUND[code]?.(file) ?? message;
    throw new SwarmError(`expected ${expected} at ${file}, found ${found}`, EXIT.badInput, {
      cause: error,
    });
  }
}
