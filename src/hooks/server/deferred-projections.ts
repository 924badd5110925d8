import { existsSync } from 'node:fs';
import { bringUpToDate, type StartNotifier } from '../../operations/commit.ts';
import type { RunHandle } from '../../store/run-handle.ts';

/**
 * Writes projections after the hooks that asked for them have their answers. What several hooks at
 * once ask for is written once.
 */
export class DeferredProjections {
  #due = new Map<string, { run: RunHandle; tasks: Set<string> }>();
  #startNotifier: StartNotifier;
  #onError: (error: unknown) => void;

  constructor(startNotifier: StartNotifier, onError: (error: unknown) => void) {
    this.#startNotifier = startNotifier;
    this.#onError = onError;
  }

  project = (run: RunHandle, tasks: readonly string[]): void => {
    const { dir } = run.paths;
    if (this.#due.size === 0) setTimeout(() => this.flush(), 1);
    this.#due.set(dir, { run, tasks: new Set([...(this.#due.get(dir)?.tasks ?? []), ...tasks]) });
  };

  /** Writes what is due. */
  flush(): void {
    const due = [...this.#due.values()];
    this.#due.clear();
    for (const { run, tasks } of due) {
      try {
        // A run may be removed while its agents work.
        if (existsSync(run.paths.ledger)) bringUpToDate(run, tasks, this.#startNotifier);
      } catch (error) {
        this.#onError(error);
      }
    }
  }
}
