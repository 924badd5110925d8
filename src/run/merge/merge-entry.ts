import { decidingAttempt } from '../attempt.ts';
import type { RunState, Worktree } from '../run-state.ts';
import type { StatusDocument } from '../status-schema.ts';
import { taskStatuses } from '../task-status.ts';
import { isReleased } from '../worktree-state.ts';
import { isMergeComplete, isMergePassed } from './merge-state.ts';

/** The merge of a run's branches in its status document; null before one began. */
export function toMergeEntry({ merge }: RunState): StatusDocument['merge'] {
  if (!merge) return null;
  const { branch, into, tip, base, endedAt, steps } = merge;
  const complete = isMergeComplete(merge) ? 'merged' : 'incomplete';
  return {
    branch,
    into,
    status: endedAt === null ? 'working' : complete,
    commit: tip === base ? null : tip,
    verified: isMergePassed(merge),
    tasks: [...steps].map(([id, { outcome, others, files, output }]) => ({
      ...{ id, outcome, others, files, output },
    })),
  };
}

/** Whether a run that merges at its end still has to: some task may have changes since the last time. */
export function isMergeAwaited(state: RunState): boolean {
  const { options } = state.supervision;
  if (!options?.merge || !options.worktrees) return false;
  const statuses = taskStatuses(state);
  const mergedAt = state.merge?.endedAt ?? '';
  return [...state.worktrees].some(
    ([task, worktree]) =>
      statuses.get(task) === 'completed' && mayHaveChanged(state, task, worktree, mergedAt),
  );
}

function mayHaveChanged(
  state: RunState,
  task: string,
  { committedAt, problem }: Worktree,
  mergedAt: string,
): boolean {
  if ((committedAt ?? '') > mergedAt) return true;
  const endedAt = decidingAttempt(state.tasks.get(task)?.attempts ?? [])?.end?.at ?? '';
  // Between the end of an attempt and the measurement, nobody knows whether it changed anything.
  return endedAt > mergedAt && (problem !== null || !isReleased(state, task));
}
