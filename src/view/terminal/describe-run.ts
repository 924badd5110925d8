import { isActive } from '../../run/is-active.ts';
import { isInterrupted, type RunState } from '../../run/run-state.ts';
import { isEnded, toStatusDocument } from '../../run/status-document.ts';
import { sanitizeLine } from '../../text/sanitize.ts';
import { describePendingGates } from '../describe-gates.ts';
import { describeHowToResume } from '../prompts/next-step.ts';
import { INACTIVE, outcomeLine, statusLabel, taskText } from '../status-labels.ts';

/** How far a run is, and how a person who is in no conversation goes on with it. */
export function describeRun(state: RunState): string {
  const status = toStatusDocument(state);
  const { run } = status;
  const isWorking = isActive(state);
  const word = status.status === 'working' && !isWorking ? INACTIVE : statusLabel(status.status);
  const interrupted = status.tasks.flatMap((task) => {
    const attempt = state.tasks.get(task.id)?.attempts.at(-1);
    if (!attempt || !isInterrupted(state, attempt)) return [];
    return `  ${task.id}: ${sanitizeLine(taskText(task), 300)}`;
  });
  const next = isEnded(status.status)
    ? `\`swarm summary ${run}\` shows what came of it.`
    : isWorking
      ? `\`swarm watch ${run}\` follows it.`
      : describeHowToResume(state);
  return [
    `run ${run}: ${word}, ${outcomeLine(status)}`,
    ...interrupted,
    ...describePendingGates(state),
    next,
  ].join('\n');
}
