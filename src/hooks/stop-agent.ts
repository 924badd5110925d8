import { isRunning } from '../run/attempt.ts';
import { isOutOfBudget, outOfBudget, spentBudget } from '../run/budget.ts';
import { overdueAttempts } from '../run/status-document.ts';
import { commit } from '../store/commit.ts';
import { bestEffort } from './best-effort.ts';
import type { Assignment } from './find-assignment.ts';
import { type HookContext, type HookOutput, stopAgent } from './hook-context.ts';

/**
 * Ends an agent at its tool call if its task was cancelled or has timed out, or the budget of its
 * run is spent.
 */
export function stopUnneededAgent(
  { run, task, attempt }: Assignment,
  context: HookContext,
): HookOutput {
  const at = context.now();
  const isOverdue = overdueAttempts(run.state, at).includes(attempt);
  if (isOverdue) {
    const timedOut = { event: 'attempt.timed_out', at, attempt: attempt.id } as const;
    bestEffort(() => commit(run, [timedOut], context), context);
  }
  if (isOverdue || attempt.end?.outcome === 'timeout')
    return stopAgent(`task "${attempt.task}" has timed out`);
  if (task.cancelRequestedAt) return stopAgent(`task "${attempt.task}" was cancelled`);
  const spent = isOutOfBudget(run.state) ? spentBudget(run.state) : null;
  if (!spent) return null;
  const { message } = outOfBudget(spent);
  const stopped = { event: 'attempt.stopped', at, attempt: attempt.id, message } as const;
  if (isRunning(attempt)) bestEffort(() => commit(run, [stopped], context), context);
  return stopAgent(message);
}
