import { isActive, isExecuting, type SeenRun } from '../../run/run-state.ts';
import { isEnded, toStatusDocument } from '../../run/status-document.ts';
import { isInterrupted } from '../../run/task-status.ts';
import { sanitizeLine } from '../../text/sanitize.ts';
import { describePendingGates } from '../describe-gates.ts';
import { describeHowToResume } from '../prompts/next-step.ts';
import { INACTIVE, outcomeLine, statusLabel, taskText } from '../status-labels.ts';

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
    ? `Results: swarm summary ${run}`
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
