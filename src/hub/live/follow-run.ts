import { existsSync, statSync } from 'node:fs';
import { reconcileRun } from '../../operations/reconcile-run.ts';
import { watchFiles } from '../../operations/watch-files.ts';
import { watchRun } from '../../operations/watch-run.ts';
import { isActive } from '../../run/run-state.ts';
import { isEnded, toStatusDocument } from '../../run/status-document.ts';
import type { StatusDocument } from '../../run/status-schema.ts';
import type { Host } from '../../store/host.ts';
import { type RunHandle, refresh } from '../../store/run-handle.ts';

export interface RunListener {
  /** The run changed, or somebody began or stopped working on it. */
  onChange(before: StatusDocument, after: StatusDocument): void;
  /** It has ended, or cannot be followed, such as after it was removed. */
  onEnd(): void;
}

/** How often it is checked that somebody still works on an active run; milliseconds. */
const LOOK_MS = 5_000;

/**
 * Follows an unfinished run until it ends. While somebody works on it, deadlines are enforced as by
 * `swarm watch`; otherwise nothing happens until its ledger changes.
 * @returns what stops it
 */
export function followRun(run: RunHandle, host: Host, listener: RunListener): () => void {
  let latest = toStatusDocument(run.state);
  let stopMode = () => {};
  let isStopped = false;
  const isAtWork = () => isActive(reconcileRun(run.state, host));
  const end = () => {
    if (isStopped) return;
    stop();
    listener.onEnd();
  };
  const stop = () => {
    isStopped = true;
    stopMode();
  };
  const tell = (after: StatusDocument) => {
    const before = latest;
    latest = after;
    listener.onChange(before, after);
    if (isEnded(after.status)) end();
  };
  const change = (mode: () => () => void) => {
    stopMode();
    if (!isStopped) stopMode = mode();
  };
  const active = () =>
    followActive(run, host, {
      onChange(after) {
        if (after !== latest) tell(after);
      },
      onEnd: end,
      look() {
        if (isAtWork()) return;
        tell(latest);
        change(inactive);
      },
    });
  const inactive = () =>
    followInactive(run, {
      onEnd: end,
      look() {
        tell(toStatusDocument(run.state));
        if (!isStopped && isAtWork()) change(active);
      },
    });
  change(isAtWork() ? active : inactive);
  return stop;
}

interface Mode {
  look(): void;
  onEnd(): void;
}

function followActive(
  run: RunHandle,
  host: Host,
  { onChange, onEnd, look }: Mode & { onChange(status: StatusDocument): void },
): () => void {
  const stop = new AbortController();
  // No event says that a process has died.
  const looking = setInterval(look, LOOK_MS);
  stop.signal.addEventListener('abort', () => clearInterval(looking));
  const options = {
    idleTimeout: null,
    untilNeeded: false,
    pastEnd: true,
    signal: stop.signal,
    onChange: (_: unknown, after: StatusDocument) => {
      if (!stop.signal.aborted) onChange(after);
    },
  };
  void watchRun(run, options, host).catch(() => {
    if (!stop.signal.aborted) onEnd();
  });
  return () => stop.abort();
}

function followInactive(run: RunHandle, { onEnd, look }: Mode): () => void {
  const { dir, ledger } = run.paths;
  // Others may read the run on in between, so its own size says nothing about what was seen here.
  let seenSize = run.size;
  const refreshAndLook = () => {
    if (statSync(ledger, { throwIfNoEntry: false })?.size === seenSize) return;
    try {
      refresh(run);
    } catch {
      return onEnd();
    }
    seenSize = run.size;
    look();
  };
  const only = { depth: 0, ignored: (path: string) => path !== dir && path !== ledger };
  const close = watchFiles(dir, only, {
    onChange() {
      if (existsSync(ledger)) refreshAndLook();
      else onEnd();
    },
    onError: onEnd,
    onPolling: () => {},
  });
  return () => void close();
}
