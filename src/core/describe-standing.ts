import { isExecuted } from './is-executed.ts';
import { describeWayOn } from './next-step.ts';
import { toPlainLine } from './plain-text.ts';
import { isInterrupted, type RunState } from './run-state.ts';
import { isEnded, toStatusDocument } from './status-document.ts';
import { AT_REST, outcomeLine, statusWord, taskText } from './status-words.ts';
import { describeWaiting } from './waiting-gates.ts';

/** How far a run is, and how a person who is in no conversation goes on with it. */
export function describeStanding(state: RunState): string {
  const status = toStatusDocument(state);
  const { run } = status;
  const isWorking = isExecuted(state);
  const word = status.status === 'working' && !isWorking ? AT_REST : statusWord(status.status);
  const interrupted = status.tasks.flatMap((task) => {
    const attempt = state.tasks.get(task.id)?.attempts.at(-1);
    if (!attempt || !isInterrupted(state, attempt)) return [];
    return `  ${task.id}: ${toPlainLine(taskText(task), 300)}`;
  });
  const next = isEnded(status.status)
    ? `\`swarm summary ${run}\` shows what came of it.`
    : isWorking
      ? `\`swarm watch ${run}\` follows it.`
      : describeWayOn(state);
  return [
    `run ${run}: ${word}, ${outcomeLine(status)}`,
    ...interrupted,
    ...describeWaiting(state),
    next,
  ].join('\n');
}
