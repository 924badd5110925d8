import { existsSync } from 'node:fs';
import { decideGate } from '../operations/decide-gate.ts';
import { type PendingGate, pendingGates } from '../run/pending-gates.ts';
import { type RunHandle, refresh } from '../store/run-handle.ts';
import type { DecisionResult } from '../view/results.ts';
import { isExecuted, needsSupervisor } from './abandoned.ts';
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
  goOn(run, context);
  return result;
}

/** A supervisor that has nothing left to do may still be ending; milliseconds. */
const ENDING_MS = 10_000;
const LOOK_MS = 250;

/**
 * Resumes a run that nothing executes: a supervisor that only had to wait for the person has
 * exited, and one that is exiting no longer sees the decision.
 */
function goOn(run: RunHandle, context: ServerContext, waited = 0): void {
  if (needsSupervisor(run, context)) spawnRun(run, {}, context);
  else if (isExecuted(run, context) && waited < ENDING_MS) lookAgain(run, context, waited);
}

function lookAgain(run: RunHandle, context: ServerContext, waited: number): void {
  setTimeout(() => {
    if (!existsSync(run.paths.ledger)) return;
    refresh(run);
    goOn(run, context, waited + LOOK_MS);
  }, LOOK_MS).unref();
}
