import { statSync } from 'node:fs';
import { loadRun, type RunHandle, refresh } from './run-handle.ts';
import type { RunPaths } from './run-paths.ts';

/** Loads a run as its ledger tells it now. @throws {SwarmError} when there is no such run */
export type LoadRun = (paths: RunPaths) => RunHandle;

/** So many are kept folded, for who asks again and again. */
const MOST_KEPT = 16;

/** For a process that stays: a run that is asked for again is read only from where it was left. */
export class RunCache {
  /** The one that was asked for last comes last. */
  readonly #kept = new Map<string, RunHandle>();

  readonly load: LoadRun = (paths) => {
    const kept = this.#kept.get(paths.dir);
    // It stays out where reading on fails half-way.
    this.#kept.delete(paths.dir);
    const run = kept && hasGrown(kept) ? kept : loadRun(paths);
    if (run === kept) refresh(run);
    this.#kept.set(paths.dir, run);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return run;
  };
}

/** Whether the ledger goes on from where it was left, or is still so. */
function hasGrown({ paths, size }: RunHandle): boolean {
  const file = statSync(paths.ledger, { throwIfNoEntry: false });
  return file !== undefined && file.size >= size;
}
