import { commit } from '../../store/commit.ts';
import type { WorkerPool } from '../worker-pool.ts';
import { mergeRun } from './merge-run.ts';

/**
 * Merges the branches of a run after its last task. The check of the merged branch is that of the run:
 * it saw the work of all tasks together.
 */
export async function mergeAtEnd(pool: WorkerPool): Promise<void> {
  const { run, options } = pool;
  const { host, env, interrupt: signal } = options;
  const end = await mergeRun(run, { host, env, signal });
  if (end === 'aborted') return;
  pool.isMerged = true;
  const { merge, checks } = run.state;
  const last = [...(merge?.steps.values() ?? [])].findLast(({ outcome }) => outcome === 'merged');
  if (!checks.isRequired || !last?.output || last.results.length === 0) return;
  const { results, output } = last;
  const isPassed = results.every(({ exitCode }) => exitCode === 0);
  const at = host.now();
  commit(
    run,
    [
      { event: 'check.started', at, attempt: null },
      { event: 'check.ended', at, attempt: null, isPassed, results, output },
    ],
    host,
  );
}
