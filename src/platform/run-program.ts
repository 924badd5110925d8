import { execFile } from 'node:child_process';

export interface ProgramResult {
  /** Null when it did not start or was killed. */
  exitCode: number | null;
  stdout: string;
  stderr: string;
  /** Why there is no exit code; null when there is one. */
  failure: string | null;
}

const TIME_LIMIT_MS = 20_000;
const MAX_OUTPUT_BYTES = 10_000_000;

/**
 * Runs a program to its end without a shell, for at most 20 seconds.
 * @param file absolute path
 * @param options.input what it reads from stdin
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
    // A program that does not read its input closes the pipe.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}

/** What a program said when it failed, in one line. */
export function describeFailure({ exitCode, failure, stderr }: ProgramResult): string {
  const how = failure ?? `exit code ${exitCode}`;
  const line = stderr.split('\n').find((text) => text.trim() !== '');
  return line ? `${how}: ${line.trim()}` : how;
}
