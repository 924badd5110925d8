import type { ChildProcess } from 'node:child_process';

/** How long other processes may hold the streams of an ended process open; milliseconds. */
const STREAMS_MS = 1_000;

/**
 * Waits until a process has exited and its output is read, though not for the processes that it left.
 * @param onExit called when it has exited, before its streams are closed
 */
export function exitOf(
  child: ChildProcess,
  onExit: () => void,
): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      onExit();
      const closing = setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
      }, STREAMS_MS);
      child.once('close', () => {
        clearTimeout(closing);
        resolve({ code, signal });
      });
    });
  });
}
