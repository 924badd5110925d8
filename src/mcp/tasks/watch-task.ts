import type { RunHandle } from '../../store/run-handle.ts';
import type { ServerContext } from '../server-context.ts';
import type { McpTask } from './task-extension.ts';

/**
 * Reports the task of a run now, and again whenever what the client sees of it changes. It continues
 * after the end, because a run can be retried.
 * @returns what ends it
 */
export function watchTask(
  run: RunHandle,
  toTask: (run: RunHandle) => McpTask,
  context: ServerContext,
  onChange: (task: McpTask) => void,
): () => void {
  const stop = new AbortController();
  let told = '';
  const tell = () => {
    const task = toTask(run);
    const seen = JSON.stringify({ ...task, lastUpdatedAt: '', ttlMs: 0 });
    if (seen !== told) onChange(task);
    told = seen;
  };
  void import('../../operations/watch-run.ts')
    .then(({ watchRun }) =>
      watchRun(
        run,
        {
          onChange: tell,
          idleTimeout: null,
          untilNeeded: false,
          pastEnd: true,
          signal: stop.signal,
        },
        context,
      ),
    )
    .catch(() => {
      // The run was removed; requests for the task say so.
    });
  return () => stop.abort();
}
