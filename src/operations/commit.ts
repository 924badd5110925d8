import { readConfig } from '../config/read-config.ts';
import { dueNotifications } from '../run/notifications.ts';
import { writeProjections } from '../store/projections.ts';
import type { RunHandle } from '../store/run-handle.ts';
import type { RunPaths } from '../store/run-paths.ts';

/** Starts a process that tells people of a run, and does not wait for it. */
export type StartNotifier = (paths: RunPaths) => void;

/**
 * Writes what is derived from a run's ledger, and has people told of what is due.
 * @param tasks whose checkpoint files changed
 */
export function bringUpToDate(
  run: RunHandle,
  tasks: Iterable<string>,
  startNotifier: StartNotifier,
): void {
  writeProjections(run, tasks);
  if (dueNotifications(run.state, 'command').length > 0 && hasCommand(run.paths.root)) {
    startNotifier(run.paths);
  }
}

function hasCommand(root: string): boolean {
  try {
    return readConfig(root).notify !== undefined;
  } catch {
    // A bad configuration was reported when the run was opened.
    return false;
  }
}
