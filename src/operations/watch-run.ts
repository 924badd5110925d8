import { existsSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { watch } from 'chokidar';
import { EXIT, SwarmError } from '../errors/swarm-error.ts';
import { subagentsToStop } from '../run/agents-to-stop.ts';
import { stallTime, unreportedStalls } from '../run/heartbeat.ts';
import { countRunning, type RunState } from '../run/run-state.ts';
import { isEnded, toStatusDocument } from '../run/status-document.ts';
import type { StatusDocument } from '../run/status-schema.ts';
import { publish } from '../store/commit.ts';
import type { Host } from '../store/host.ts';
import { type RunHandle, refresh } from '../store/run-handle.ts';
import { expireAttempts } from './expire-attempts.ts';

export interface WatchOptions {
  /** Called with the state at the start (`before` null) and after every change. */
  onChange(before: StatusDocument | null, after: StatusDocument): void;
  /** Milliseconds without an event and a running agent after which to stop; null for no limit. */
  idleTimeout: number | null;
  /** Also stop when the orchestrator must act without a notification. */
  untilNeeded: boolean;
  /** Continue after the run has ended or waits for a person: a retry or a decision may follow. */
  pastEnd?: boolean;
  signal: AbortSignal;
}

export type WatchEnd = 'ended' | 'waiting' | 'idle' | 'needed' | 'aborted';

/** Changes within this time cause one update; milliseconds. */
const SETTLE_MS = 10;

/** Minimum pause after an update, as a multiple of its duration. */
const REST = 4;

/** Upper limit of that pause, in case an update was delayed by something else; milliseconds. */
const LONGEST_REST_MS = 100;

/**
 * The watcher reports no change within 50 ms of another, so the ledger is checked once more after
 * this time; milliseconds.
 */
const SILENCE_MS = 100;

/**
 * Follows a run until it ends, and keeps its projections up to date. It sleeps until its ledger
 * changes. Any number of watchers may follow one run.
 * @throws {SwarmError} when the run's directory is removed or cannot be watched
 */
export async function watchRun(
  run: RunHandle,
  options: WatchOptions,
  host: Host,
): Promise<WatchEnd> {
  const watcher = watch(run.paths.dir, {
    depth: 0,
    ignoreInitial: true,
    ignored: (path) => path !== run.paths.dir && path !== run.paths.ledger,
  });
  const stop = new AbortController();
  try {
    return await new Promise<WatchEnd>((resolve, reject) => {
      const follower = watchLedger(run, options, host, { resolve, reject, signal: stop.signal });
      watcher.on('all', follower).on('error', reject);
      // `raw` comes at once; the change event only when the file is polled, at most every 50 ms.
      watcher.on('raw', (_, path) => {
        if (path && basename(path) === basename(run.paths.ledger)) follower();
      });
      // Events appended before the watcher was ready were not reported.
      watcher.on('ready', follower);
      options.signal.addEventListener('abort', () => resolve('aborted'), { signal: stop.signal });
      if (options.signal.aborted) resolve('aborted');
    });
  } finally {
    stop.abort();
    await watcher.close();
  }
}

interface Following {
  resolve(end: WatchEnd): void;
  reject(error: unknown): void;
  /** Aborted when the watch has ended. */
  signal: AbortSignal;
}

/** @returns a function to call when the ledger may have changed */
function watchLedger(
  run: RunHandle,
  options: WatchOptions,
  host: Host,
  following: Following,
): () => void {
  let seen: StatusDocument | null = null;
  /** Size of the ledger at `seen`: other code may have refreshed the run since. */
  let seenSize = 0;
  let settling: NodeJS.Timeout | undefined;
  let checking: NodeJS.Timeout | undefined;
  let idling: NodeJS.Timeout | undefined;
  let deadline: NodeJS.Timeout | undefined;
  following.signal.addEventListener('abort', () => {
    clearTimeout(settling);
    clearTimeout(checking);
    clearTimeout(idling);
    clearTimeout(deadline);
  });

  const clock = () => Date.parse(host.now());
  let restUntil = 0;
  const update = () => {
    const started = clock();
    clearTimeout(settling);
    settling = undefined;
    clearTimeout(idling);
    clearTimeout(deadline);
    try {
      expireAttempts(run, host);
      refresh(run);
      seenSize = run.size;
      const status = toStatusDocument(run.state);
      publish(run, changedTasks(seen, status), host);
      const ended = clock();
      restUntil = ended + REST * (ended - started);
      options.onChange(seen, status);
      seen = status;
      const isNeeded = options.untilNeeded && needsOrchestrator(run.state);
      const isInactive = countRunning(run.state) === 0;
      if (isEnded(status.status)) {
        if (!options.pastEnd) following.resolve('ended');
      } else if (isNeeded) following.resolve('needed');
      else if (isInactive && status.status === 'input_required' && !options.pastEnd)
        following.resolve('waiting');
      else if (isInactive && options.idleTimeout !== null)
        idling = setTimeout(() => following.resolve('idle'), options.idleTimeout);
      else deadline = waitForNextTime(run.state, status, host.now(), update);
    } catch (error) {
      following.reject(existsSync(run.paths.ledger) ? error : removed(run));
    }
  };
  const check = () => {
    const size = statSync(run.paths.ledger, { throwIfNoEntry: false })?.size;
    if (size !== seenSize) update();
  };
  return () => {
    if (following.signal.aborted) return;
    const rest = Math.min(LONGEST_REST_MS, restUntil - clock());
    settling ??= setTimeout(update, Math.max(SETTLE_MS, rest));
    clearTimeout(checking);
    checking = setTimeout(check, SILENCE_MS);
  };
}

/** Whether the orchestrator must act without a notification. */
function needsOrchestrator(state: RunState): boolean {
  return subagentsToStop(state).length > 0 || unreportedStalls(state).length > 0;
}

/** Wakes when the next attempt is overdue or stalled. */
function waitForNextTime(
  state: RunState,
  status: StatusDocument,
  now: string,
  wake: () => void,
): NodeJS.Timeout | undefined {
  const deadlines = status.tasks.flatMap((task) => task.deadlineAt ?? []);
  const stalls = [...state.attempts.values()].flatMap((one) => stallTime(state, one) ?? []);
  const [next] = [...deadlines, ...stalls].sort();
  if (next === undefined) return undefined;
  return setTimeout(wake, Math.max(1, Date.parse(next) - Date.parse(now)));
}

function removed(run: RunHandle): SwarmError {
  return new SwarmError(`run ${run.paths.run} was removed while it was watched`, EXIT.notFound);
}

function changedTasks(before: StatusDocument | null, after: StatusDocument): string[] {
  return after.tasks
    .filter((task, index) => JSON.stringify(task) !== JSON.stringify(before?.tasks[index]))
    .filter((task) => before !== null || task.attempts > 0)
    .map((task) => task.id);
}
