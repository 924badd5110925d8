import { SwarmError } from '../errors/swarm-error.ts';
import { findRun } from '../operations/find-run.ts';
import { RunCache } from '../store/run-cache.ts';
import type { RunHandle } from '../store/run-handle.ts';

/** The runs of a project. */
export class RunLookup {
  readonly #root: string;
  readonly #cache = new RunCache();

  constructor(root: string) {
    this.#root = root;
  }

  /**
   * @param name a run's id; left out means the newest
   * @throws {SwarmError} when there is no such run
   */
  find(name: string | undefined): RunHandle {
    return findRun(this.#root, name, this.#cache.load);
  }

  /** Null when there is no such run. */
  tryFind(name: string): RunHandle | null {
    try {
      return this.find(name);
    } catch (error) {
      if (error instanceof SwarmError) return null;
      throw error;
    }
  }
}
