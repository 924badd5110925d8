import { existsSync } from 'node:fs';
import { SwarmError } from '../../core/swarm-error.ts';
import { catchUp, type LoadedRun } from '../../store/load-run.ts';
import { findRun } from '../find-run.ts';

/** So many are kept folded, for who asks again and again. */
const MOST_KEPT = 16;

/** The runs of a project; one that is asked for again is read only from where it was left. */
export class Runs {
  readonly #root: string;
  readonly #kept = new Map<string, LoadedRun>();

  constructor(root: string) {
    this.#root = root;
  }

  /**
   * @param name a run's id; left out means the newest
   * @throws {SwarmError} when there is no such run
   */
  find(name: string | undefined): LoadedRun {
    const kept = name === undefined ? undefined : this.#kept.get(name);
    if (kept) this.#kept.delete(kept.paths.run);
    const isThere = kept && existsSync(kept.paths.ledger);
    if (isThere) catchUp(kept);
    const run = isThere ? kept : findRun(this.#root, name);
    this.#kept.set(run.paths.run, run);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return run;
  }

  /** Null when there is no such run. */
  tryFind(name: string): LoadedRun | null {
    try {
      return this.find(name);
    } catch (error) {
      if (error instanceof SwarmError) return null;
      throw error;
    }
  }
}
