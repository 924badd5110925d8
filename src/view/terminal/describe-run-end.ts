import { EXIT } from '../../errors/swarm-error.ts';
import { describeFailedCheck } from '../../run/evidence/check.ts';
import { retryableTasks } from '../../run/retryable-tasks.ts';
import type { RunState } from '../../run/run-state.ts';
import { toStatusDocument } from '../../run/status-document.ts';
import type { StatusDocument, TaskStatusEntry } from '../../run/status-schema.ts';
import { formatUsage } from '../../run/usage.ts';
import { describeTime } from '../../run/usage-limit.ts';
import { describeBranch } from '../../run/worktree-state.ts';
import { plural } from '../../text/format.ts';
import { sanitizeLine } from '../../text/sanitize.ts';
import { describeDenials, HOW_TO_ALLOW } from '../describe-denials.ts';
import { describePendingGates } from '../describe-gates.ts';
import { describeWarnings } from '../describe-warnings.ts';
import { cancellation, outcomeLine, statusLabel, taskText } from '../status-labels.ts';
import { describeTaskBudgets, runCommand } from './describe-budget.ts';
import { describeNextMerge } from './describe-next-merge.ts';

type RunEnd = 'ended' | 'waiting' | 'limited' | 'aborted';

/** Longest text of a task's line; code points. */
const MAX_TEXT = 300;

/**
 * What the end of `swarm run` means: the exit code, and a message with the outcome, what is missing
 * and what to do next.
 * @param summary path of the run's summary
 * @param visibleText what is already on the person's screen; the message does not repeat it
 */
export function describeRunEnd(
  end: RunEnd,
  state: RunState,
  summary: string,
  visibleText = '',
): { exitCode: number; message: string } {
  const status = toStatusDocument(state);
  const visible = visibleText.replace(/\s+/g, ' ');
  const label = end === 'aborted' ? 'interrupted' : statusLabel(status.status);
  // No view shows that a run was interrupted.
  const isOutcomeVisible = end !== 'aborted' && visible.includes(outcomeLine(status));
  const usage = status.usage && formatUsage(status.usage);
  const used = usage && !visible.includes(usage) ? [`Used ${usage}`] : [];
  const branches = [...state.worktrees.values()].flatMap((worktree) =>
    worktree.changes ? `  ${worktree.branch}: ${describeBranch(worktree)}` : [],
  );
  const message = [
    ...(isOutcomeVisible ? [] : [`${label}: ${outcomeLine(status)}`]),
    ...status.tasks.flatMap((task) => problemLine(task, visible)),
    ...runCheckLine(state),
    ...describeWarnings(status).map((line) => `  ${sanitizeLine(line, MAX_TEXT)}`),
    ...denialLines(status),
    ...branches,
    ...used,
    ...reusedLine(status),
    `Summary: ${summary}`,
    ...describePendingGates(state),
    ...(end === 'ended' ? describeTaskBudgets(state, status) : []),
    ...(end === 'limited' ? [describeLimit(state)] : nextStep(end, state, status)),
    ...(end === 'ended' ? describeNextMerge(state) : []),
  ].join('\n');
  if (end === 'aborted') return { exitCode: EXIT.interrupted, message };
  if (end === 'waiting' || end === 'limited') return { exitCode: EXIT.humanNeeded, message };
  return { exitCode: status.status === 'completed' ? EXIT.done : EXIT.notCompleted, message };
}

function reusedLine({ tasks }: StatusDocument): string[] {
  const count = tasks.filter(({ reusedFrom }) => reusedFrom !== null).length;
  if (count === 0) return [];
  return [
    `Reused ${plural(count, 'report')} of earlier runs. To do the work again, run the plan with --fresh`,
  ];
}

function runCheckLine({ checks }: RunState): string[] {
  return checks.isPassed === false ? [`  the run: ${describeFailedCheck(checks)}`] : [];
}

function denialLines(status: StatusDocument): string[] {
  const denials = describeDenials(status).map((line) => `  ${sanitizeLine(line, MAX_TEXT)}`);
  return denials.length > 0 ? [...denials, `  ${HOW_TO_ALLOW}.`] : [];
}

function describeLimit({ limitedUntil, opened: { run } }: RunState): string {
  return `Paused until ${describeTime(limitedUntil ?? '')}: your usage limit is reached, or nearly so. Nothing is left running. Resume after that: swarm run ${run}`;
}

function problemLine(task: TaskStatusEntry, visible: string): string[] {
  if (visible.includes(sanitizeLine(taskText(task), MAX_TEXT))) return [];
  if (task.error) return [`  ${task.id}: ${sanitizeLine(taskText(task), MAX_TEXT)}`];
  const isCancelled = task.status === 'cancelled';
  return isCancelled ? [`  ${task.id}: ${sanitizeLine(cancellation(task), MAX_TEXT)}`] : [];
}

function nextStep(end: RunEnd, state: RunState, { run, tasks }: StatusDocument): string[] {
  const resume = runCommand(state);
  if (end === 'aborted') return [`Nothing is left running. Resume: ${resume}`];
  if (end === 'waiting') return [`After your decision, resume: ${resume}`];
  const failed = tasks.filter((task) => task.status === 'failed').map(({ id }) => id);
  const again = [...new Set([...failed, ...retryableTasks(state).again])];
  if (again.length === 0) return [];
  const target = again.length === 1 ? `${run}/${again[0]}` : run;
  return [`Retry: swarm retry ${target} && ${resume}`];
}
