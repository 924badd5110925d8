import { SwarmError } from '../errors/swarm-error.ts';
import { findRun } from '../operations/find-run.ts';
import type { Host } from '../store/host.ts';
import type { RunHandle } from '../store/run-handle.ts';

/** The runs of a project. */
export class RunLookup {
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /**
   * @param name a run's id; the newest run by default
   * @throws {SwarmError} when there is no such run
   */
  find(name: string | undefined): RunHandle {
    return findRun(this.#host, name);
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
