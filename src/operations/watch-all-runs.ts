import { randomUUID } from 'node:crypto';
import { isActive, notificationId } from '../run/run-state.ts';
import { isEnded } from '../run/status-document.ts';
import type { StatusDocument } from '../run/status-schema.ts';
import { commit } from '../store/commit.ts';
import type { Host } from '../store/host.ts';
import type { RunHandle } from '../store/run-handle.ts';
import { listActiveRuns } from '../store/run-index.ts';
import { activeDir, runPaths } from '../store/run-paths.ts';
import { POLLING } from '../view/describe-watch.ts';
import { reconcileRun } from './reconcile-run.ts';
import { watchFiles } from './watch-files.ts';
import { type WatchOptions, watchRun } from './watch-run.ts';

/** One state of one run. */
export interface WatchedRun {
  run: string;
  /** Absolute path of the run's directory. */
  dir: string;
  /** The Claude Code session that looks after the run; null outside of one. */
  session: string | null;
  /** Whether a supervisor, an agent or its session works on it, as far as this machine can see. */
  atWork: boolean;
  /**
   * Whether the reader is to tell its session that the run has ended. Of several readers, one is.
   */
  wakes: boolean;
  /** Null when the run's directory was removed. */
  status: StatusDocument | null;
}

export interface WatchAllOptions {
  /**
   * Called for every unfinished run with its first state (`before` null) and after every change.
   */
  onChange(before: StatusDocument | null, after: WatchedRun): void;
  /** Whether the reader is a session, which can be woken. */
  isOfSession?: boolean;
  /** Tells people of something about the machine. */
  onNote?(text: string): void;
  signal: AbortSignal;
}

/**
 * Watches every unfinished run, including those created later, and keeps their projections up to
 * date. A run that has ended is still watched while another is working, because it can be retried.
 * @returns when every run has ended, or when aborted
 */
export async function watchAllRuns(host: Host, options: WatchAllOptions): Promise<void> {
  const { root } = host;
  if (listActiveRuns(root).length === 0) return;
  let close = async () => {};
  const followed = new Map<string, Followed>();
  try {
    await new Promise<void>((resolve, reject) => {
      const finish = () => {
        if (![...followed.values()].some(({ hasEnded }) => !hasEnded)) resolve();
      };
      const look = () => {
        watchMarked(host, followed, options, finish);
        finish();
      };
      close = watchFiles(
        activeDir(root),
        { depth: 0 },
        { onChange: look, onError: reject, onPolling: () => options.onNote?.(POLLING) },
      );
      options.signal.addEventListener('abort', () => resolve());
      if (options.signal.aborted) resolve();
    });
  } finally {
    for (const { stop } of followed.values()) stop.abort();
    await Promise.all([...followed.values()].map(({ over }) => over));
    await close();
  }
}

interface Followed {
  stop: AbortController;
  hasEnded: boolean;
  /** Settles when the run is no longer watched; never rejects. */
  over: Promise<void>;
}

/** Starts watching newly marked runs, and stops watching those that lost their marker. */
function watchMarked(
  host: Host,
  followed: Map<string, Followed>,
  options: WatchAllOptions,
  finish: () => void,
): void {
  const open = new Set(listActiveRuns(host.root));
  for (const [run, { stop }] of followed) {
    if (open.has(run)) continue;
    stop.abort();
    followed.delete(run);
  }
  for (const run of open) {
    const loaded = followed.has(run) ? null : load(host, run);
    if (loaded) followed.set(run, follow(loaded, options, finish, host));
  }
}

/** @returns null for an unreadable run, which `swarm doctor` reports */
function load(host: Host, run: string): RunHandle | null {
  try {
    return host.load(runPaths(host.root, run));
  } catch {
    return null;
  }
}

/** How often it is checked whether somebody still works on a run; milliseconds. */
const LOOK_MS = 5_000;

function follow(
  run: RunHandle,
  { onChange, isOfSession = false }: WatchAllOptions,
  finish: () => void,
  host: Host,
): Followed {
  const { dir } = run.paths;
  const stop = new AbortController();
  let [latest, wasAtWork]: [StatusDocument | null, boolean] = [null, false];
  const isAtWork = () => isActive(reconcileRun(run.state, host));
  const tell = (before: StatusDocument | null, status: StatusDocument | null) => {
    [latest, wasAtWork] = [status, isAtWork()];
    const { session } = run.state;
    const wakes =
      isOfSession && status !== null && before?.endedAt === null && claimWake(run, status, host);
    onChange(before, { run: run.paths.run, dir, session, atWork: wasAtWork, wakes, status });
  };
  // No event says that a process has died.
  const look = setInterval(() => {
    if (latest?.endedAt === null && isAtWork() !== wasAtWork) tell(latest, latest);
  }, LOOK_MS);
  stop.signal.addEventListener('abort', () => clearInterval(look));
  const followed: Followed = { stop, hasEnded: false, over: Promise.resolve() };
  const options: WatchOptions = {
    idleTimeout: null,
    untilNeeded: false,
    pastEnd: true,
    signal: stop.signal,
    onChange(before, after) {
      tell(before, after);
      followed.hasEnded = isEnded(after.status);
      if (followed.hasEnded) finish();
    },
  };
  followed.over = watchRun(run, options, host).then(
    () => undefined,
    () => {
      tell(null, null);
      followed.hasEnded = true;
      finish();
    },
  );
  return followed;
}

/** Whether this process is the one that tells its session of the end of a run that wakes one. */
function claimWake(run: RunHandle, status: StatusDocument, host: Host): boolean {
  if (!status.startedBy?.wake || status.endedAt === null) return false;
  const [notice, by] = [`ended:${status.endedAt}`, randomUUID()];
  const claimed = { event: 'notice.claimed', at: host.now(), channel: 'session' } as const;
  const key = notificationId('session', notice);
  if (run.state.takenNotifications.has(key)) return false;
  commit(run, [{ ...claimed, notice, by }], host);
  return run.state.takenNotifications.get(key) === by;
}
