import { execFile } from 'node:child_process';
import { descriptorShortage } from './descriptor-shortage.ts';

export interface ProgramResult {
  /** Null if it did not start or was killed. */
  exitCode: number | null;
  stdout: string;
  stderr: string;
  /** Why there is no exit code; null if there is one. */
  failure: string | null;
}

const TIME_LIMIT_MS = 20_000;
const MAX_OUTPUT_BYTES = 10_000_000;

/**
 * Runs a program without a shell and waits until it exits.
 * @param file an absolute path
 * @param options.input its stdin; none by default
 * @param options.timeLimitMs milliseconds until it is killed; 20 seconds by default
 */
export function runProgram(
  file: string,
  args: readonly string[],
  options: {
    cwd: string;
    env: Readonly<Record<string, string | undefined>>;
    input?: string;
    timeLimitMs?: number;
  },
): Promise<ProgramResult> {
  const { cwd, env, input = '', timeLimitMs = TIME_LIMIT_MS } = options;
  const shortage = descriptorShortage();
  if (shortage) {
    return Promise.resolve({ exitCode: null, stdout: '', stderr: '', failure: shortage.message });
  }
  return new Promise((resolve) => {
    const child = execFile(
      file,
      args,
      { cwd, env, timeout: timeLimitMs, killSignal: 'SIGKILL', maxBuffer: MAX_OUTPUT_BYTES },
      (error, stdout, stderr) => {
        const exitCode = error ? (typeof error.code === 'number' ? error.code : null) : 0;
        const why = error?.killed ? `took more than ${timeLimitMs / 1_000} s` : error?.message;
        resolve({ exitCode, stdout, stderr, failure: exitCode === null ? (why ?? '') : null });
      },
    );
    // A program that does not read its stdin closes the pipe.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}

/** Why a program failed, in one line: the exit code and the first line of stderr. */
export function describeFailure({ exitCode, failure, stderr }: ProgramResult): string {
  const how = failure ?? `exit code ${exitCode}`;
  const line = stderr.split('\n').find((text) => text.trim() !== '');
  return line ? `${how}: ${line.trim()}` : how;
}
