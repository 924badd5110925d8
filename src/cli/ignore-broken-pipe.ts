/** What a write meets when its reader has gone: a closed pipe, or a terminal that is no more. */
const GONE = new Set(['EPIPE', 'EIO']);

/**
 * Lets this process do its work to the end when nobody reads what it prints, as in
 * `swarm list | head -1`. Whatever else keeps it from printing, such as a full disk, is told.
 */
export function ignoreBrokenPipe(tell: (text: string) => void, failureCode: number): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (GONE.has(error.code ?? '')) return;
    tell(`swarm: the system refused to print: ${error.message}`);
    process.exitCode = failureCode;
  });
  // Nothing is left to tell it with.
  process.stderr.on('error', () => {});
}
