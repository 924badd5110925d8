import { EXIT } from '../../errors/swarm-error.ts';
import type { RunState } from '../../run/run-state.ts';
import { toStatusDocument } from '../../run/status-document.ts';
import { formatUsage } from '../../run/usage.ts';
import { describeChanges } from '../../run/worktree-state.ts';
import { sanitizeLine } from '../../text/sanitize.ts';
import { describePendingGates } from '../describe-gates.ts';
import { cancellation, outcomeLine, statusLabel, taskText } from '../status-labels.ts';

/**
 * What the end of `swarm run` means: the exit code, and for people the outcome, what is missing and
 * what to do next.
 * @param summary path of the run's summary
 * @param inSight what the person has before them already, which is not said again
 */
export function describeRunEnd(
  end: 'ended' | 'waiting' | 'aborted',
  state: RunState,
  summary: string,
  inSight = '',
): { exitCode: number; message: string } {
  const status = toStatusDocument(state);
  const { run } = status;
  const word = end === 'aborted' ? 'interrupted' : statusLabel(status.status);
  const seen = inSight.replace(/\s+/g, ' ');
  // No view says that a run was interrupted.
  const isOutcomeSeen = end !== 'aborted' && seen.includes(outcomeLine(status));
  const head = isOutcomeSeen ? [] : [`${word}: ${outcomeLine(status)}`];
  const problems = status.tasks.flatMap((task) => {
    if (seen.includes(sanitizeLine(taskText(task), 300))) return [];
    if (task.error)
      return `  ${task.id}: ${task.error.category}, ${sanitizeLine(task.error.message, 300)}`;
    return task.status === 'cancelled'
      ? `  ${task.id}: ${sanitizeLine(cancellation(task), 300)}`
      : [];
  });
  const waiting = describePendingGates(state);
  const failed = status.tasks.filter((task) => task.status === 'failed').map(({ id }) => id);
  const next = nextStep(end, run, failed);
  const usage = status.usage && formatUsage(status.usage);
  const used = usage && !seen.includes(usage) ? [`Used ${usage}`] : [];
  const branches = [...state.worktrees.values()].flatMap(({ branch, changes }) =>
    changes ? `  ${branch}: ${describeChanges(changes)}` : [],
  );
  const message = [
    ...head,
    ...problems,
    ...branches,
    ...used,
    `Summary: ${summary}`,
    ...waiting,
    ...next,
  ].join('\n');
  if (end === 'aborted') return { exitCode: EXIT.interrupted, message };
  if (end === 'waiting') return { exitCode: EXIT.humanNeeded, message };
  return { exitCode: status.status === 'completed' ? EXIT.done : EXIT.notCompleted, message };
}

function nextStep(
  end: 'ended' | 'waiting' | 'aborted',
  run: string,
  failed: readonly string[],
): string[] {
  if (end === 'aborted') return [`Nothing is left running. Go on: swarm run ${run}`];
  if (end === 'waiting') return [`When that is decided, go on: swarm run ${run}`];
  if (failed.length === 0) return [];
  const target = failed.length === 1 ? `${run}/${failed[0]}` : run;
  return [`Try again: swarm retry ${target} && swarm run ${run}`];
}
