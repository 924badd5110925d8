import { retryableTasks } from '../../run/retryable-tasks.ts';
import { isActive, isExecuting, type SeenRun } from '../../run/run-state.ts';
import { isEnded, toStatusDocument } from '../../run/status-document.ts';
import { isInterrupted } from '../../run/task-status.ts';
import { sanitizeLine } from '../../text/sanitize.ts';
import { describePendingGates } from '../describe-gates.ts';
import { describeHowToResume } from '../prompts/next-step.ts';
import { INACTIVE, outcomeLine, statusLabel, taskText } from '../status-labels.ts';
import { describeNextMerge } from './describe-next-merge.ts';

/** The progress of a run, and how a person outside a conversation continues it. */
export function describeRun(state: SeenRun): string {
  const status = toStatusDocument(state);
  const { run } = status;
  const isWorking = isActive(state);
  const label = status.status === 'working' && !isWorking ? INACTIVE : statusLabel(status.status);
  const interrupted = status.tasks.flatMap((task) => {
    const attempt = state.tasks.get(task.id)?.attempts.at(-1);
    if (!attempt || !isInterrupted(state, attempt)) return [];
    return `  ${task.id}: ${sanitizeLine(taskText(task), 300)}`;
  });
  const next = isEnded(status.status)
    ? describeEnd(state)
    : isExecuting(state)
      ? `Watch: swarm watch ${run}`
      : describeHowToResume(state);
  return [
    `run ${run}: ${label}, ${outcomeLine(status)}`,
    ...interrupted,
    ...describePendingGates(state),
    next,
  ].join('\n');
}

/** Where the results of an ended run are, and what is left to do. */
function describeEnd(state: SeenRun): string {
  const { run } = state.opened;
  const isRetryable = retryableTasks(state).again.length > 0;
  return [
    `Results: swarm summary ${run}`,
    ...(isRetryable ? [`Retry: swarm retry ${run}`] : []),
    ...describeNextMerge(state),
  ].join('\n');
}
