import { existsSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { EXIT, SwarmError } from '../errors/swarm-error.ts';
import { subagentsToStop } from '../run/agents-to-stop.ts';
import { watchClock } from '../run/clock-jumps.ts';
import { stallTime, unreportedStalls } from '../run/heartbeat.ts';
import { tasksToLaunch } from '../run/ready-tasks.ts';
import { countRunning, type RunState } from '../run/run-state.ts';
import { isEnded, toStatusDocument } from '../run/status-document.ts';
import type { StatusDocument } from '../run/status-schema.ts';
import { isResetAwaited, isResetDue, limitAhead } from '../run/usage-limit.ts';
import { publish } from '../store/commit.ts';
import type { Host } from '../store/host.ts';
import { type RunHandle, refresh } from '../store/run-handle.ts';
import { describeJump, POLLING } from '../view/describe-watch.ts';
import { expireAttempts, recordClockJump } from './expire-attempts.ts';
import { watchFiles } from './watch-files.ts';

export interface WatchOptions {
  /** Called with the state at the start (`before` null) and after every change. */
  onChange(before: StatusDocument | null, after: StatusDocument): void;
  /** Milliseconds without an event and a running agent after which to stop; null for no limit. */
  idleTimeout: number | null;
  /** Also stop when the orchestrator must act without a notification. */
  untilNeeded: boolean;
  /** Continue after the run has ended or waits for a person: a retry or a decision may follow. */
  pastEnd?: boolean;
  /** Tells people of something about the machine, such as a jump of its clock. */
  onNote?(text: string): void;
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

/** How often the clock is looked at: timers stand still while the machine sleeps; milliseconds. */
const TICK_MS = 5_000;

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
  const { dir, ledger } = run.paths;
  const only = { depth: 0, ignored: (path: string) => path !== dir && path !== ledger };
  const stop = new AbortController();
  let close = async () => {};
  try {
    return await new Promise<WatchEnd>((resolve, reject) => {
      const { signal } = stop;
      const { follow, tick } = watchLedger(run, options, host, { resolve, reject, signal });
      close = watchFiles(dir, only, {
        onChange(path) {
          if (path === null || basename(path) === basename(ledger)) follow();
        },
        onError: reject,
        onPolling: () => options.onNote?.(POLLING),
      });
      const ticking = setInterval(tick, TICK_MS);
      signal.addEventListener('abort', () => clearInterval(ticking));
      options.signal.addEventListener('abort', () => resolve('aborted'), { signal });
      if (options.signal.aborted) resolve('aborted');
    });
  } finally {
    stop.abort();
    await close();
  }
}

interface Following {
  resolve(end: WatchEnd): void;
  reject(error: unknown): void;
  /** Aborted when the watch has ended. */
  signal: AbortSignal;
}

/** @returns `follow`, to call when the ledger may have changed, and `tick`, for every few seconds */
function watchLedger(
  run: RunHandle,
  options: WatchOptions,
  host: Host,
  following: Following,
): { follow(): void; tick(): void } {
  let seen: StatusDocument | null = null;
  /** Size of the ledger at `seen`: other code may have refreshed the run since. */
  let seenSize = 0;
  let settling: NodeJS.Timeout | undefined;
  let checking: NodeJS.Timeout | undefined;
  let deadline: NodeJS.Timeout | undefined;
  following.signal.addEventListener('abort', () => {
    for (const timer of [settling, checking, deadline]) clearTimeout(timer);
  });

  const clock = () => Date.parse(host.now());
  const noteJump = recordJumps(run, options, host);
  let restUntil = 0;
  const fail = (error: unknown) =>
    following.reject(existsSync(run.paths.ledger) ? error : removed(run));
  const update = () => {
    const started = clock();
    for (const timer of [settling, deadline]) clearTimeout(timer);
    settling = undefined;
    try {
      noteJump();
      expireAttempts(run, host);
      refresh(run);
      seenSize = run.size;
      const status = toStatusDocument(run.state);
      publish(run, changedTasks(seen, status), host);
      const ended = clock();
      restUntil = ended + REST * (ended - started);
      options.onChange(seen, status);
      seen = status;
      const end = endIn(run.state, status, options);
      if (end) following.resolve(end);
      else if (countRunning(run.state) === 0 && options.idleTimeout !== null)
        deadline = setTimeout(() => following.resolve('idle'), options.idleTimeout);
      else deadline = waitForNextTime(run.state, status, host.now(), update);
    } catch (error) {
      fail(error);
    }
  };
  const check = () => {
    const size = statSync(run.paths.ledger, { throwIfNoEntry: false })?.size;
    if (size !== seenSize) update();
  };
  const follow = () => {
    if (following.signal.aborted) return;
    const rest = Math.min(LONGEST_REST_MS, restUntil - clock());
    settling ??= setTimeout(update, Math.max(SETTLE_MS, rest));
    clearTimeout(checking);
    checking = setTimeout(check, SILENCE_MS);
  };
  const tick = () => {
    try {
      noteJump();
      if (isResetDue(run.state, host.now())) update();
    } catch (error) {
      fail(error);
    }
  };
  return { follow, tick };
}

/** @returns a function that records a jump of the clock since it was last called */
function recordJumps(run: RunHandle, { onNote }: WatchOptions, host: Host): () => void {
  const look = watchClock(() => Date.parse(host.now()));
  return () => {
    const jump = look();
    if (!jump || countRunning(run.state) === 0) return;
    recordClockJump(run, jump, host);
    onNote?.(describeJump(jump));
  };
}

/** Why a watch ends in this state; null if it continues. */
function endIn(state: RunState, { status }: StatusDocument, options: WatchOptions) {
  if (isEnded(status)) return options.pastEnd ? null : 'ended';
  if (options.untilNeeded && needsOrchestrator(state)) return 'needed';
  const isWaiting = countRunning(state) === 0 && status === 'input_required';
  return isWaiting && !options.pastEnd ? 'waiting' : null;
}

/** Whether the orchestrator must act without a notification. */
function needsOrchestrator(state: RunState): boolean {
  return (
    subagentsToStop(state).length > 0 || unreportedStalls(state).length > 0 || isFreeAgain(state)
  );
}

/** Whether a usage limit has passed, and nothing was launched since. */
function isFreeAgain(state: RunState): boolean {
  const { limitedUntil, attempts } = state;
  if (limitedUntil === null || !isResetAwaited(state) || limitAhead(state)) return false;
  const isIdle = [...attempts.values()].every(({ launchedAt }) => launchedAt < limitedUntil);
  return isIdle && tasksToLaunch(state).length > 0;
}

/** Timers are limited to 24 days; milliseconds. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Wakes when the next attempt is overdue or stalled. */
function waitForNextTime(
  state: RunState,
  status: StatusDocument,
  now: string,
  wake: () => void,
): NodeJS.Timeout | undefined {
  const deadlines = status.tasks.flatMap((task) => task.deadlineAt ?? []);
  const stalls = [...state.attempts.values()].flatMap((one) => stallTime(state, one) ?? []);
  const resets = isResetAwaited(state) ? [limitAhead(state) ?? []].flat() : [];
  const [next] = [...deadlines, ...stalls, ...resets].sort();
  if (next === undefined) return undefined;
  const wait = Math.min(Date.parse(next) - Date.parse(now), LONGEST_TIMER_MS);
  return setTimeout(wake, Math.max(1, wait));
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
