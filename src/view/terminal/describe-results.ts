import type { RunState, SeenRun } from '../../run/run-state.ts';
import { isEnded, toStatusDocument } from '../../run/status-document.ts';
import { sanitize } from '../../text/sanitize.ts';
import { inDirectory } from '../describe-gates.ts';
import { describeLeftAlone, describeRetryOutcome } from '../describe-results.ts';
import { describeHowToResume } from '../prompts/next-step.ts';
import type { DecisionResult, RetryResult } from '../results.ts';

// What operations did, for a reader who has the command line.

/** What can be attempted again, what cannot and why, and how to continue. */
export function describeRetry(result: RetryResult, state: SeenRun): string {
  return describeRetryWith(result, state, describeHowToResume(state));
}

/** @param next what to do next; it is left out if nothing is left to do */
export function describeRetryWith(result: RetryResult, state: RunState, next: string): string {
  const { run, task, outcome, denied, blockedBy } = result;
  const head = describeRetryOutcome(result);
  if (outcome === 'blocked') return `${head}: swarm retry ${run}/${blockedBy}`;
  if (task !== null) return `${head}. ${next}`;
  const left = denied.map(
    (one) =>
      `${describeLeftAlone(one)}; \`swarm retry ${run}/${one}\` retries it without the command`,
  );
  const hasEnded = isEnded(toStatusDocument(state).status);
  return [head, ...left, ...(hasEnded ? [] : [next])].join('\n');
}

/** The decision with the whole command it is about, and how to continue. */
export function describeDecision(result: DecisionResult, state: SeenRun): string {
  return describeDecisionWith(result, describeHowToResume(state));
}

/** @param next what to do next */
export function describeDecisionWith(result: DecisionResult, next: string): string {
  const { outcome, run, task, command } = result;
  const head =
    outcome === 'approved'
      ? `approved, for one execution of exactly this command${inDirectory(result)}:`
      : `denied; the task failed, and \`swarm retry ${run}/${task}\` retries it without this command:`;
  return [head, sanitize(command).replace(/^/gm, '    '), next].join('\n');
}
