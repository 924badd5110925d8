import { plural } from '../text/format.ts';
import type { CancelResult, RetryResult } from './results.ts';

// What operations did, in words that hold for every surface: they name no command and no tool.

/** `cancelled 2 tasks; stopping at the next tool call: routes`. */
export function describeCancel({ outcome, task, cancelled, kept, stopping }: CancelResult): string {
  if (outcome === 'nothing_to_cancel') {
    return `nothing to cancel: ${task ?? 'every task'} has already ended`;
  }
  if (outcome === 'not_confirmed') return 'nothing was cancelled: the person did not confirm it';
  return [
    ...(cancelled.length > 0 ? [`cancelled ${plural(cancelled.length, 'task')}`] : []),
    ...(kept.length > 0 ? [`completed as before, and not done again: ${kept.join(', ')}`] : []),
    ...(stopping.length > 0 ? [`stopping at the next tool call: ${stopping.join(', ')}`] : []),
  ].join('; ');
}

/** The outcome of a retry in one line; the tasks that are left alone are not in it. */
export function describeRetryOutcome(result: RetryResult): string {
  const { task, outcome, retried, unblocked, denied, blockedBy } = result;
  const then = unblocked.length > 0 ? `, then the tasks that need it: ${unblocked.join(', ')}` : '';
  switch (outcome) {
    case 'not_started':
      return `task "${task}" has not started yet`;
    case 'blocked':
      return `task "${task}" gets one more attempt once ${blockedBy}, which it needs, has completed`;
    case 'nothing_to_retry':
      return `nothing to retry: no task failed or was cancelled${denied.length > 0 ? ', except those you denied' : ''}`;
    case 'allowed':
      return task === null
        ? `one more attempt for ${plural(retried.length, 'task')}: ${retried.join(', ')}${then}`
        : `one more attempt for task "${task}"${then}`;
  }
}

/** Why a retry of the whole run leaves a task alone. */
export function describeLeftAlone(task: string): string {
  return `${task} is left alone because you denied its command`;
}
