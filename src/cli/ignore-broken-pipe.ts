import type { CliContext } from './cli-context.ts';

/** The errors of a write whose reader has gone: a closed pipe, or a terminal that no longer exists. */
const READER_GONE = new Set(['EPIPE', 'EIO']);

/** What to say of output that cannot be written, such as to a full disk; null if nobody reads it. */
export function describeUnwritten({ code = '', message }: NodeJS.ErrnoException): string | null {
  return READER_GONE.has(code) ? null : `swarm: cannot write output: ${message}`;
}

/**
 * Lets the process finish its work when nobody reads its output, as in `swarm list | head -1`. Any
 * other reason that output cannot be written is reported.
 * @param failureCode the exit code in that case
 */
export function ignoreBrokenPipe(
  { stdout, stderr, printError, process }: CliContext,
  failureCode: number,
): void {
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    const message = describeUnwritten(error);
    if (message === null) return;
    printError(message);
    process.setExitCode(failureCode);
  });
  // There is nothing left to report its errors with.
  stderr.on('error', () => {});
}
