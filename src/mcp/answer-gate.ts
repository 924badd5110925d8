import { existsSync } from 'node:fs';
import { decideGate } from '../operations/decide-gate.ts';
import { type PendingGate, pendingGates } from '../run/pending-gates.ts';
import { type RunHandle, refresh } from '../store/run-handle.ts';
import { isExecuted, needsSupervisor } from './abandoned.ts';
import { readForm } from './elicitation-forms.ts';
import type { ServerContext } from './server-context.ts';
import { spawnRun } from './spawn-run.ts';

export type Decision = 'approved' | 'denied' | 'none';

/** The gates of a run on which a person can decide here; others are asked about in their session. */
export function gatesToAnswer(run: RunHandle): PendingGate[] {
  return pendingGates(run.state).filter(({ gate }) => gate.where === 'command-line');
}

/**
 * Enters what the person chose about one gate, and has the run go on.
 * @param response of the client's form, not to be trusted
 */
export function answerGate(
  run: RunHandle,
  { name }: PendingGate,
  response: unknown,
  context: ServerContext,
): Decision {
  const choice = readForm(response);
  if (choice !== 'approve' && choice !== 'deny') return 'none';
  const verdict = choice === 'approve' ? 'approved' : 'denied';
  decideGate(context, name, verdict);
  refresh(run);
  goOn(run, context);
  return verdict;
}

/** A supervisor that has nothing left to do may still be ending; milliseconds. */
const ENDING_MS = 10_000;
const LOOK_MS = 250;

/**
 * Has a run go on that nobody executes: a supervisor that had nothing left to do but to wait for the
 * person has ended, and one that is ending does not see the decision any more.
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
