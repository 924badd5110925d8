import type { RunHandle } from '../../store/run-handle.ts';
import type { ServerContext } from '../server-context.ts';
import type { McpTask } from './task-extension.ts';

/**
 * Tells of the task of a run: how it is, and then each time that what the client sees of it has
 * changed. It goes on after the end, because a run can be tried again.
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
      // The run was removed; who asks for the task is told so.
    });
  return () => stop.abort();
}
