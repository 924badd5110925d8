import type { TaskKey } from '../../ledger/events.ts';
import type { TaskState } from '../../run/run-state.ts';
import { commit } from '../../store/commit.ts';
import type { Host } from '../../store/host.ts';
import { writeReport } from '../../store/reports.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import type { ResultCache } from './result-cache.ts';

/**
 * Reuses a task's report from an earlier run if nothing it depends on has changed. A task with checks,
 * or that was already attempted in this run, or that a person retries, is run instead.
 * @returns whether the task now has a report
 */
export function reuseCachedResult(
  run: RunHandle,
  task: TaskState,
  attempt: { id: string; key: TaskKey },
  {
    host,
    resultCache,
    onNote,
  }: { host: Host; resultCache: ResultCache; onNote(text: string): void },
): boolean {
  if (task.attempts.length > 0 || task.retryRequestedAfter !== null) return false;
  // The files that its checks look at, or a conflict, may have changed since.
  if (task.plan.check.length > 0 || task.plan.resolves) return false;
  const { id, key } = attempt;
  const name = task.plan.id;
  const kept = resultCache.find(key);
  const report = kept && writeReport(run.paths, name, kept.text);
  if (!report) {
    const why = resultCache.explainMiss(name, key);
    if (why) onNote(`${name} is run again: ${why}`);
    return false;
  }
  const { run: from, abstract } = kept;
  const at = host.now();
  commit(
    run,
    [{ event: 'task.reused', at, task: name, attempt: id, from, key, report, abstract }],
    host,
  );
  return run.state.attempts.has(id);
}
