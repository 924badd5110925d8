import { statSync } from 'node:fs';
import { loadRun, type RunHandle, refresh } from './run-handle.ts';
import { isOver } from './run-index.ts';
import type { RunPaths } from './run-paths.ts';

/**
 * Loads the current state of a run from its ledger.
 * @throws {SwarmError} when there is no such run
 */
export type LoadRun = (paths: RunPaths) => RunHandle;

/** Maximum number of runs kept in memory. */
const MAX_KEPT = 16;

/** For long-lived processes: loading a run again reads only the new part of its ledger. */
export class RunCache {
  /** In order of use, the latest last. */
  readonly #kept = new Map<string, RunHandle>();
  readonly #damaged = new Map<string, RunHandle>();

  /**
   * Unfinished runs as they were last read before their ledger was cut off, replaced or removed,
   * which nothing in this program does.
   */
  readonly damagedRuns = (): RunHandle[] => {
    for (const kept of this.#kept.values()) this.#inspect(kept);
    return [...this.#damaged.values()];
  };

  readonly load: LoadRun = (paths) => {
    const kept = this.#kept.get(paths.dir);
    if (kept) this.#inspect(kept);
    // Stays removed if reading fails half-way.
    this.#kept.delete(paths.dir);
    const run = kept && hasGrown(kept) ? kept : loadRun(paths);
    if (run === kept) refresh(run);
    this.#kept.set(paths.dir, run);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MAX_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return run;
  };

  #inspect(kept: RunHandle): void {
    const { dir } = kept.paths;
    if (this.#damaged.has(dir) || hasGrown(kept) || isOver(kept.state)) return;
    this.#damaged.set(dir, kept);
  }
}

/** Whether the ledger is the same or has only grown; false if it is gone or shorter. */
function hasGrown({ paths, size }: RunHandle): boolean {
  const file = statSync(paths.ledger, { throwIfNoEntry: false });
  return file !== undefined && file.size >= size;
}
