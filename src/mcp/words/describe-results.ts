import { spentBudget } from '../../run/budget.ts';
import type { RunState } from '../../run/run-state.ts';
import { formatAmount } from '../../text/format-cost.ts';
import { describeLeftAlone, describeRetryOutcome } from '../../view/describe-results.ts';
import type { ResumeResult, RetryResult } from '../../view/results.ts';

/** What can be attempted again, what cannot and why, and how to continue. */
export function describeRetry(result: RetryResult, state: RunState): string {
  const { outcome, denied } = result;
  const head = describeRetryOutcome(result);
  if (outcome === 'blocked') return `${head}; retry that one with swarm_retry`;
  const left = denied.map(
    (task) => `${describeLeftAlone(task)}; swarm_retry of that task retries it without the command`,
  );
  const spent = spentBudget(state);
  const resume = spent
    ? `the budget of ${formatAmount(spent.unit, spent.budget)} is spent, so another attempt would end at once: start the plan again with a higher ${spent.unit === 'usd' ? 'budgetUsd' : 'budgetTokens'}, and completed tasks are reused`
    : 'swarm_resume continues the run if it has stopped';
  const next = outcome === 'allowed' ? [resume] : [];
  return [head, ...left, ...next].join('\n');
}

/** @param isResumed whether a process executes the run again */
export function describeResume(result: ResumeResult, isResumed: boolean): string {
  const { run, status, completed, interrupted } = result;
  const head = isResumed
    ? `run ${run} is being executed again; swarm_status shows its progress`
    : `run ${run} is ${status}; nothing had to be resumed`;
  return [
    head,
    ...completed.map(({ task }) => `completed: ${task}`),
    ...interrupted.map(({ task, percent, message }) =>
      message
        ? `interrupted at ${percent}%: ${task}, ${message}`
        : `interrupted at ${percent}%: ${task}`,
    ),
  ].join('\n');
}

/** What the person chose about a gate. */
export function describeAnswer(task: string, decision: 'approved' | 'denied' | 'none'): string {
  return decision === 'none'
    ? `the person has not decided; ${task} is still waiting`
    : `the person has ${decision} it`;
}
