import { decideGate } from '../operations/decide-gate.ts';
import { type PendingGate, pendingGates } from '../run/pending-gates.ts';
import type { RunHandle } from '../store/run-handle.ts';
import { continueRun } from '../supervisor/continue-run.ts';
import type { DecisionResult } from '../view/results.ts';
import { readForm } from './elicitation-forms.ts';
import type { ServerContext } from './server-context.ts';
import { spawnRun } from './spawn-run.ts';

/** The gates that a person can decide here; others are decided in their session. */
export function gatesToAnswer(run: RunHandle): PendingGate[] {
  return pendingGates(run.state).filter(({ gate }) => gate.where === 'command-line');
}

/**
 * Records what the person chose about one gate, and resumes the run.
 * @param response of the client's form, untrusted
 * @returns null when the person has decided nothing
 */
export function answerGate(
  run: RunHandle,
  { task }: PendingGate,
  response: unknown,
  context: ServerContext,
): DecisionResult | null {
  const choice = readForm(response);
  if (choice !== 'approve' && choice !== 'deny') return null;
  const verdict = choice === 'approve' ? 'approved' : 'denied';
  const result = decideGate(run, task, verdict, context);
  continueRun(run, context, () => spawnRun(run, {}, context));
  return result;
}
