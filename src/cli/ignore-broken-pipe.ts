import type { CliContext } from './cli-context.ts';

/** The errors of a write whose reader has gone: a closed pipe, or a terminal that no longer exists. */
const READER_GONE = new Set(['EPIPE', 'EIO']);

/**
 * Lets the process finish its work when nobody reads its output, as in `swarm list | head -1`. Any
 * other reason that output cannot be written, such as a full disk, is reported.
 * @param failureCode the exit code in that case
 */
export function ignoreBrokenPipe(
  { stdout, stderr, printError, process }: CliContext,
  failureCode: number,
): void {
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (READER_GONE.has(error.code ?? '')) return;
    printError(`swarm: cannot write output: ${error.message}`);
    process.setExitCode(failureCode);
  });
  // There is nothing left to report its errors with.
  stderr.on('error', () => {});
}
