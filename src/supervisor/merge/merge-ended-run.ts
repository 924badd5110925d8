import { EXIT, SwarmError } from '../../errors/swarm-error.ts';
import type { RunState, Supervisor } from '../../run/run-state.ts';
import { isFinished, taskStatuses } from '../../run/task-status.ts';
import { publish } from '../../store/commit.ts';
import type { Host } from '../../store/host.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import { acquireRun, releaseRun } from '../acquire-run.ts';
import { type MergeEnd, mergeRun } from './merge-run.ts';
import type { MergeOptions } from './merging.ts';

/**
 * Merges the branches of a run whose tasks have all ended. Meanwhile no other process executes or
 * merges it.
 * @throws {SwarmError} if a task has not ended, the run has no branches, or another process has it
 */
export async function mergeEndedRun(
  run: RunHandle,
  supervisor: Supervisor,
  options: MergeOptions,
): Promise<MergeEnd> {
  const worker = assertMergeable(run.state);
  // Many steps a second are published together.
  const host: Host = { ...options.host, defer: () => {} };
  const { maxParallel } = run.state.opened.policy;
  await acquireRun(run, supervisor, { maxParallel, options: worker }, host);
  try {
    return await mergeRun(run, { ...options, host });
  } finally {
    releaseRun(run, supervisor, 'merge', host);
    publish(run, [], host);
  }
}

/** @returns how the run was executed */
export function assertMergeable(state: RunState) {
  const { run } = state.opened;
  const { options } = state.supervision;
  if (!options?.worktrees) {
    throw new SwarmError(
      `run ${run} has no branches: its tasks worked in your checkout. Only a run with --worktrees gives each task a branch`,
    );
  }
  const unfinished = [...taskStatuses(state)].filter(([, status]) => !isFinished(status));
  if (unfinished.length > 0) {
    const ids = unfinished.slice(0, 10).map(([id]) => id);
    throw new SwarmError(
      `run ${run} has tasks that have not ended: ${ids.join(', ')}. Branches are merged when all have`,
      EXIT.notCompleted,
      { hint: { code: 'watch_or_cancel_run', run } },
    );
  }
  return options;
}
