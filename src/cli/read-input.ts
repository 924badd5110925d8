import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { EXIT, SwarmError } from '../errors/swarm-error.ts';
import type { CliContext } from './cli-context.ts';

/** A plan as it was written, and its name in messages. */
export interface PlanInput {
  source: string;
  file: string;
}

/**
 * Reads a plan.
 * @param file `-` for stdin
 * @param expected what the argument may be, for the message when there is no such file
 * @throws {SwarmError} when there is no such file, or it is not UTF-8
 */
export function readPlan(file: string, context: CliContext, expected = 'a plan file'): PlanInput {
  const isStdin = file === '-';
  const bytes = isStdin
    ? readStdin('a plan', context)
    : readBytes(resolve(context.cwd, file), expected, file);
  const name = isStdin ? 'stdin' : file;
  const source = bytes.toString('utf8');
  if (isUtf8(bytes)) return { source, file: name };
  const line = source.slice(0, source.indexOf('\ufffd')).split('\n').length;
  throw new SwarmError(`${name}:${line}: expected text in UTF-8, found other bytes`);
}

/**
 * Reads stdin to its end; on a terminal it says so first.
 * @param what is expected, such as `a plan`
 */
export function readStdin(
  what: string,
  { stdin, printError, readStdin: readAll }: CliContext,
): Buffer {
  if (stdin.isTTY) printError(`reading ${what} from the terminal; end it with Ctrl-D`);
  return readAll();
}

const FOUND: Readonly<Record<string, (path: string) => string>> = {
  ENOENT: (path) => `no ${path}`,
  EISDIR: () => 'a directory',
};

function readBytes(path: string, expected: string, file: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    const found = FOUND[code]?.(path) ?? message;
    throw new SwarmError(`expected ${expected} at ${file}, found ${found}`, EXIT.badInput, {
      cause: error,
    });
  }
}
