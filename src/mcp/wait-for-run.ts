import type { WatchOptions } from '../operations/watch-run.ts';
import { type RunHandle, refresh } from '../store/run-handle.ts';
import { runLine } from '../view/run-progress.ts';
import { progressOf } from '../view/status-labels.ts';
import type { ServerContext } from './server-context.ts';
import type { ToolCall } from './tools/define-tool.ts';

/**
 * Waits until a run has ended or needs a person, or a time limit, and reports progress to the
 * caller. If the caller disconnects, the wait ends but the run continues.
 * @param seconds the time limit; 0 does not wait
 */
export async function waitForRun(
  run: RunHandle,
  seconds: number,
  { signal, progress }: Pick<ToolCall, 'signal' | 'progress'>,
  context: ServerContext,
): Promise<void> {
  if (seconds === 0) return;
  const { watchRun } = await import('../operations/watch-run.ts');
  let share = 0;
  const options: WatchOptions = {
    onChange: (_, status) => {
      // A retry and a failure lower the progress, which the protocol does not allow.
      share = Math.max(share, progressOf(status));
      void progress(share, runLine(status)).catch(() => {
        // The caller is gone.
      });
    },
    idleTimeout: null,
    untilNeeded: false,
    signal: AbortSignal.any([signal, AbortSignal.timeout(seconds * 1_000)]),
  };
  await watchRun(run, options, context);
  refresh(run);
}
