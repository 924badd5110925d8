import { setTimeout as sleep } from 'node:timers/promises';
import { isCommandRunning } from '../platform/process/process-table.ts';
import { isEnded, toStatusDocument } from '../run/status-document.ts';
import type { RunHandle } from '../store/run-handle.ts';

/** A watch that takes longer to end is left alone; milliseconds. */
const LONGEST_WAIT_MS = 1_500;
const INTERVAL_MS = 25;

/**
 * Waits until the commands that watch an ended run have ended too. The client notifies Claude of
 * their end: during this turn that costs nothing, after it a turn of its own, whose answer would be
 * the last.
 */
export async function awaitWatches({ paths, state }: RunHandle): Promise<void> {
  if (!isEnded(toStatusDocument(state).status)) return;
  const watch = new RegExp(`\\bwatch ${paths.run}\\b`);
  for (let waited = 0; waited < LONGEST_WAIT_MS && isCommandRunning(watch); waited += INTERVAL_MS)
    await sleep(INTERVAL_MS);
}
