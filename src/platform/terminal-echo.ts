import { spawnSync } from 'node:child_process';

/** In the background, the system stops a process that changes its terminal; milliseconds. */
const TIMEOUT_MS = 500;

/**
 * Has the terminal of stdin no longer show what is typed, because a line break would move a view
 * that is redrawn in place. Signals such as Ctrl-C still work.
 * @returns a function that shows it again
 */
export function hideTypedText(): () => void {
  if (!stty('-echo')) return () => {};
  return () => void stty('echo');
}

function stty(mode: string): boolean {
  const { status } = spawnSync('stty', [mode], {
    stdio: ['inherit', 'ignore', 'ignore'],
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
  });
  return status === 0;
}
