import { existsSync, statSync } from 'node:fs';
import { type ListedRun, readListedRun, toListedRun } from '../../operations/list-runs.ts';
import { watchFiles } from '../../operations/watch-files.ts';
import { isEnded, toStatusDocument } from '../../run/status-document.ts';
import type { StatusDocument } from '../../run/status-schema.ts';
import type { Host } from '../../store/host.ts';
import { RunCache } from '../../store/run-cache.ts';
import { loadRun, type RunHandle, refresh } from '../../store/run-handle.ts';
import { listActiveRuns, listRuns } from '../../store/run-index.ts';
import { activeDir, type RunPaths, runPaths, runsDir } from '../../store/run-paths.ts';
import { POLLING } from '../../view/describe-watch.ts';
import { followRun } from './follow-run.ts';

/** One change of one run. */
export interface RunChange {
  run: string;
  /** Null when the run's directory was removed. */
  handle: RunHandle | null;
  /** Null if the run was not followed before. */
  before: StatusDocument | null;
}

/** Changes of files within this time cause one look; milliseconds. */
const SETTLE_MS = 10;

/**
 * The runs of a repository as they change. Files are watched: at rest nothing happens. Unfinished
 * runs are kept in memory, of all others only the rows that were asked for.
 */
export class LiveRuns {
  readonly #host: Host;
  readonly #cache = new RunCache();
  readonly #followed = new Map<string, { handle: RunHandle; stop: () => void }>();
  /** Sizes of the ledgers of all runs, as they were last seen. */
  readonly #sizes = new Map<string, number>();
  readonly #rows = new Map<string, { size: number; row: ListedRun }>();
  readonly #listeners = new Set<(change: RunChange) => void>();
  readonly #closers: (() => Promise<void>)[] = [];
  #settling: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** @param onNote tells people of something about the machine */
  constructor(host: Host, onNote: (text: string) => void) {
    this.#host = host;
    for (const run of this.ids()) this.#sizes.set(run, this.#sizeOf(run));
    const listener = {
      onChange: () => this.#lookSoon(),
      onError: (error: unknown) => onNote(`runs are no longer watched: ${String(error)}`),
      onPolling: () => onNote(POLLING),
    };
    for (const dir of [runsDir(host.root), activeDir(host.root)]) {
      this.#closers.push(watchFiles(dir, { depth: 0 }, listener));
    }
    this.#examineNext(listActiveRuns(host.root));
  }

  /** The ids of all runs, oldest first. */
  ids(): string[] {
    return listRuns(this.#host.root);
  }

  /**
   * The current state of a run.
   * @throws {SwarmError} when there is no such run
   */
  readonly load = (paths: RunPaths): RunHandle => {
    const handle = this.#followed.get(paths.run)?.handle;
    if (!handle || !existsSync(paths.ledger)) return this.#cache.load(paths);
    refresh(handle);
    return handle;
  };

  /** The row of a run in lists. */
  row(run: string): ListedRun {
    const size = this.#sizeOf(run);
    const handle = this.#followed.get(run)?.handle;
    if (handle && size >= handle.size) {
      if (size > handle.size) refresh(handle);
      return toListedRun(handle.state, this.#host);
    }
    const known = this.#rows.get(run);
    if (known?.size === size) return known.row;
    const row = readListedRun(this.#host, run);
    this.#rows.set(run, { size, row });
    return row;
  }

  /** How many runs are unfinished. */
  get unfinished(): number {
    return this.#followed.size;
  }

  /** Calls a listener after each change. @returns what ends it */
  onChange(listener: (change: RunChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#settling);
    for (const { stop } of this.#followed.values()) stop();
    this.#followed.clear();
    await Promise.all(this.#closers.map((close) => close()));
  }

  #sizeOf(run: string): number {
    return statSync(runPaths(this.#host.root, run).ledger, { throwIfNoEntry: false })?.size ?? -1;
  }

  /** Examines marked runs one after the other, newest first, and answers requests in between. */
  #examineNext(runs: string[]): void {
    const run = runs.pop();
    if (run === undefined || this.#isClosed) return;
    setImmediate(() => {
      if (!this.#isClosed && !this.#followed.has(run)) this.#examineMarked(run);
      this.#examineNext(runs);
    });
  }

  /** It may have changed since the hub started. */
  #examineMarked(run: string): void {
    const before = this.#sizes.get(run);
    const handle = this.#examine(run);
    if (handle && handle.size !== before) this.#tell({ run, handle, before: null });
  }

  #lookSoon(): void {
    this.#settling ??= setTimeout(() => {
      this.#settling = undefined;
      if (!this.#isClosed) this.#look();
    }, SETTLE_MS);
  }

  /** Finds new, revived and removed runs. */
  #look(): void {
    const ids = new Set(this.ids());
    for (const run of this.#sizes.keys()) if (!ids.has(run)) this.#forget(run);
    for (const run of ids) {
      const size = this.#sizeOf(run);
      if (this.#followed.has(run) || this.#sizes.get(run) === size) continue;
      this.#sizes.set(run, size);
      const handle = this.#examine(run);
      if (handle) this.#tell({ run, handle, before: null });
    }
  }

  /** @returns null for an unreadable run, which its row and `swarm doctor` report */
  #examine(run: string): RunHandle | null {
    let handle: RunHandle;
    try {
      handle = loadRun(runPaths(this.#host.root, run));
    } catch {
      return null;
    }
    if (!isEnded(toStatusDocument(handle.state).status)) this.#follow(handle);
    return handle;
  }

  #follow(handle: RunHandle): void {
    const { run } = handle.paths;
    const stop = followRun(handle, this.#host, {
      onChange: (before) => this.#tell({ run, handle, before }),
      onEnd: () => {
        this.#followed.delete(run);
        this.#sizes.set(run, this.#sizeOf(run));
        if (this.#sizes.get(run) === -1) this.#forget(run);
      },
    });
    this.#followed.set(run, { handle, stop });
  }

  #forget(run: string): void {
    this.#followed.get(run)?.stop();
    this.#followed.delete(run);
    this.#rows.delete(run);
    if (this.#sizes.delete(run)) this.#tell({ run, handle: null, before: null });
  }

  #tell(change: RunChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}
