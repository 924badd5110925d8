import { existsSync } from 'node:fs';
import { publish } from '../../store/commit.ts';
import type { Host } from '../../store/host.ts';
import type { RunHandle } from '../../store/run-handle.ts';

/**
 * Writes projections after the hooks that requested them have been answered. Simultaneous requests
 * for one run cause a single write.
 */
export class DeferredProjections {
  #due = new Map<string, { run: RunHandle; tasks: Set<string> }>();
  #host: Pick<Host, 'notify' | 'isTraced'>;
  #onError: (error: unknown) => void;

  constructor(host: Pick<Host, 'notify' | 'isTraced'>, onError: (error: unknown) => void) {
    this.#host = host;
    this.#onError = onError;
  }

  defer = (run: RunHandle, tasks: readonly string[]): void => {
    const { dir } = run.paths;
    if (this.#due.size === 0) setTimeout(() => this.flush(), 1);
    this.#due.set(dir, { run, tasks: new Set([...(this.#due.get(dir)?.tasks ?? []), ...tasks]) });
  };

  /** Writes all deferred projections. */
  flush(): void {
    const due = [...this.#due.values()];
    this.#due.clear();
    for (const { run, tasks } of due) {
      try {
        // A run may be removed while its agents are running.
        if (existsSync(run.paths.ledger)) publish(run, tasks, this.#host);
      } catch (error) {
        this.#onError(error);
      }
    }
  }
}
