import type { Host } from '../store/host.ts';
import type { RunHandle } from '../store/run-handle.ts';
import type { CliContext } from './cli-context.ts';
import { chooseLiveStatus, type LiveStatus, type ShownRun } from './live-status.ts';
import { reconcile } from './reconcile.ts';

export interface WatchSettings {
  json: boolean;
  /** Milliseconds; null for no limit. */
  idleTimeout: number | null;
  untilNeeded: boolean;
}

/**
 * Shows a run until the watch ends, and sets the exit code.
 * @param name a run's id; left out means the newest
 * @throws {SwarmError} when there is no such run
 */
export async function watchInTerminal(
  name: string | undefined,
  settings: WatchSettings,
  context: CliContext,
): Promise<void> {
  const { findRun } = await import('../operations/find-run.ts');
  const { watchRun } = await import('../operations/watch-run.ts');
  const { keepSnapshots } = await import('../worktrees/snapshots/keep-snapshots.ts');
  const host = await context.host();
  const run = findRun(host, name);
  const view = await chooseLiveStatus(settings.json, false, await shownRun(run, host), context);
  const isForPerson = context.stdout.isTTY || context.session === null;
  if (isForPerson && !settings.json) await warnIfInactive(run, view, context);
  const interrupt = new AbortController();
  // Installed for good: the library that restores the cursor ends a process without a listener.
  context.process.onSignal(['SIGINT', 'SIGTERM'], () => interrupt.abort());
  const snapshots = keepSnapshots(run, host);
  const onChange: LiveStatus['show'] = (before, after) => {
    snapshots.look();
    view.show(before, after);
  };
  let isRead = true;
  // Without a reader there is nobody to wait for the end.
  context.stdout.on('error', () => {
    isRead = false;
    interrupt.abort();
  });
  try {
    const { signal } = interrupt;
    const end = await watchRun(run, { ...settings, onChange, onNote: view.log, signal }, host);
    if (!signal.aborted) await snapshots.finish();
    view.close();
    const { describeWatchEnd } = await import('../view/terminal/describe-watch-end.ts');
    const { exitCode, message } = describeWatchEnd(end, await reconcile(run.state, context), {
      isPlugin: context.isPlugin,
      isInSession: context.session !== null,
      untilNeeded: settings.untilNeeded,
    });
    context.process.setExitCode(exitCode);
    if (message && isRead) context.printError(message);
  } finally {
    view.close();
  }
}

/** The run as this machine sees it, at each redraw. */
async function shownRun(run: RunHandle, host: Host): Promise<ShownRun> {
  const { reconcileRun } = await import('../operations/reconcile-run.ts');
  const { isActive } = await import('../run/run-state.ts');
  const { toStatusDocument } = await import('../run/status-document.ts');
  return {
    status: () => toStatusDocument(run.state),
    isInactive: () =>
      toStatusDocument(run.state).status === 'working' && !isActive(reconcileRun(run.state, host)),
  };
}

/** A run on which no agent is running moves only if somebody launches one. */
async function warnIfInactive(
  run: RunHandle,
  view: LiveStatus,
  context: CliContext,
): Promise<void> {
  const { isActive, isExecuting } = await import('../run/run-state.ts');
  const { toStatusDocument } = await import('../run/status-document.ts');
  const { describeHowToResume } = await import('../view/prompts/next-step.ts');
  const { INACTIVE } = await import('../view/status-labels.ts');
  const state = await reconcile(run.state, context);
  if (isExecuting(state) || toStatusDocument(state).status !== 'working') return;
  const label = isActive(state) ? 'between two launches' : INACTIVE;
  view.log(`run ${run.paths.run} is ${label}. ${describeHowToResume(state)}`);
}
