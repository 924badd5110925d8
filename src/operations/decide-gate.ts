import { EXIT, SwarmError } from '../errors/swarm-error.ts';
import { type Gate, openSessionGate, pendingGate } from '../run/gate.ts';
import { inDirectory } from '../run/pending-gates.ts';
import type { TaskState } from '../run/run-state.ts';
import { taskStatuses } from '../run/task-status.ts';
import { appendToRun } from '../store/run-handle.ts';
import { markActive } from '../store/run-index.ts';
import { toPlainText } from '../text/sanitize.ts';
import { describeHowToResume, nextStepPrompt } from '../view/prompts/next-step.ts';
import { bringUpToDate, type StartNotifier } from './commit.ts';
import { findTask } from './find-run.ts';

export interface Decision {
  verdict: 'approved' | 'denied';
  isPlugin: boolean;
  /** Whether it is entered from a session of Claude Code, which then goes on with the run. */
  isInSession: boolean;
  now(): string;
  startNotifier: StartNotifier;
}

/**
 * Enters what a person decided about the irreversible command that a task waits with.
 * @returns what was decided and what to do next
 * @throws {SwarmError} when there is no such task, or it does not wait for a decision
 */
export function decideGate(root: string, name: string, decision: Decision): string {
  const { run, task, ref } = findTask(root, name);
  const status = taskStatuses(run.state).get(ref.task) ?? 'pending';
  const gate = status === 'input_required' ? waitingGate(task, name) : null;
  if (!gate) throw new SwarmError(explainNothing(task, status, name));
  const event = decision.verdict === 'approved' ? 'gate.approved' : 'gate.denied';
  appendToRun(run, [{ event, at: decision.now(), gate: gate.id, where: 'command-line' }]);
  // Of two decisions at the same moment the first one in the ledger holds.
  if (gate.status !== decision.verdict) {
    throw new SwarmError(`task "${ref.task}" was ${gate.status} meanwhile`);
  }
  markActive(run.paths);
  bringUpToDate(run, [ref.task], decision.startNotifier);
  const command = toPlainText(gate.command).replace(/^/gm, '    ');
  const then =
    decision.verdict === 'approved'
      ? `approved, for one run of exactly this command${inDirectory(gate)}:`
      : `denied; the task failed, and \`swarm retry ${name}\` tries it without this command:`;
  const next = decision.isInSession
    ? nextStepPrompt(run.state, decision.isPlugin)
    : describeHowToResume(run.state);
  return `${then}\n${command}\n${next}`;
}

function waitingGate(task: TaskState, name: string): Gate | null {
  const attempt = task.attempts.at(-1);
  if (!attempt) return null;
  if (openSessionGate(attempt)) {
    throw new SwarmError(
      `${name} waits for an answer in its session of Claude Code; answer there`,
      EXIT.humanNeeded,
    );
  }
  return pendingGate(attempt) ?? null;
}

function explainNothing(task: TaskState, status: string, name: string): string {
  const gate = task.attempts.flatMap(({ gates }) => gates).at(-1);
  const isStill = status === 'working' && gate?.status === 'asked';
  if (isStill)
    return `${name}: its agent is still ending; decide when \`swarm status\` says that it waits for you`;
  const last = gate ? `; its last command was ${DECIDED[gate.status]}` : '';
  return `expected a task that waits for you, found ${name} ${status}${last}`;
}

const DECIDED: Record<Gate['status'], string> = {
  asked: 'never decided',
  approved: 'approved already',
  denied: 'denied already',
  used: 'approved, and ran',
};
