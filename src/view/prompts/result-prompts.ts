import type { RunState } from '../../run/run-state.ts';
import { describeCancel } from '../describe-results.ts';
import type { CancelResult, DecisionResult, ResumeResult, RetryResult } from '../results.ts';
import {
  describeDecisionWith,
  describeRetry,
  describeRetryWith,
} from '../terminal/describe-results.ts';
import { describeLaunch, describeWatch, type Launch, nextStepPrompt } from './next-step.ts';
import { describeRecovery } from './recovery.ts';

// What operations did, for the orchestrator of a session, with what it has to do now.

/** What was cancelled, and the agents that only the session can stop at once. */
export function cancelPrompt(result: CancelResult): string {
  const { agents } = result;
  const stop = agents.length > 0 ? [`Stop these agents with TaskStop: ${agents.join(', ')}`] : [];
  return [describeCancel(result), ...stop].join('\n');
}

/** What may be attempted again, and what to launch. */
export function retryPrompt(result: RetryResult, state: RunState, isPlugin: boolean): string {
  if (!isOfSession(state)) return describeRetry(result, state);
  const next = nextStepPrompt(state, isPlugin);
  // The pane submits this text as a prompt, and the next step says it all.
  return result.task !== null && result.outcome === 'allowed'
    ? next
    : describeRetryWith(result, state, next);
}

/** A run of `swarm run` without a supervisor is continued by that command, not by the session. */
function isOfSession({ supervision }: RunState): boolean {
  return supervision.current !== null || supervision.options === null;
}

/** What the person decided, and what to launch. */
export function decisionPrompt(result: DecisionResult, state: RunState, isPlugin: boolean): string {
  return describeDecisionWith(result, nextStepPrompt(state, isPlugin));
}

/** What an interrupted run has completed, and what to launch. */
export function resumePrompt({ dir }: ResumeResult, state: RunState, isPlugin: boolean): string {
  return `${describeRecovery(state, dir)}\n${nextStepPrompt(state, isPlugin)}`;
}

/** The calls that launch the ready tasks of a new run, and the one that watches it. */
export function launchPrompt(run: string, launches: readonly Launch[]): string {
  return `Launch now, all in one message:
${launches.map(describeLaunch).join('\n')}
${describeWatch(run)}`;
}
