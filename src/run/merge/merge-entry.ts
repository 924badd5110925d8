import type { RunState } from '../run-state.ts';
import type { StatusDocument } from '../status-schema.ts';
import { taskStatuses } from '../task-status.ts';
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
  const endedAt = state.merge?.endedAt ?? '';
  return [...state.worktrees].some(
    ([task, { committedAt, problem, changes }]) =>
      statuses.get(task) === 'completed' &&
      ((committedAt ?? '') > endedAt || (endedAt === '' && (problem !== null || changes === null))),
  );
}
