import { EXIT, SwarmError } from '../errors/swarm-error.ts';
import { type Gate, openSessionGate, pendingGate } from '../run/gate.ts';
import { inDirectory } from '../run/pending-gates.ts';
import { type TaskState, taskStatuses } from '../run/task-status.ts';
import { commit } from '../store/commit.ts';
import { type Host, sessionOf } from '../store/host.ts';
import { toPlainText } from '../text/sanitize.ts';
import { describeHowToResume, nextStepPrompt } from '../view/prompts/next-step.ts';
import { findTask } from './find-run.ts';

/**
 * Enters what a person decided about the irreversible command that a task waits with.
 * @returns what was decided and what to do next
 * @throws {SwarmError} when there is no such task, or it does not wait for a decision
 */
export function decideGate(host: Host, name: string, verdict: 'approved' | 'denied'): string {
  const { run, task, ref } = findTask(host, name);
  const status = taskStatuses(run.state).get(ref.task) ?? 'pending';
  const gate = status === 'input_required' ? waitingGate(task, name) : null;
  if (!gate) throw new SwarmError(explainNothing(task, status, name));
  const event = verdict === 'approved' ? 'gate.approved' : 'gate.denied';
  commit(run, [{ event, at: host.now(), gate: gate.id, where: 'command-line' }], host);
  // Of two decisions at the same moment the first one in the ledger holds.
  if (gate.status !== verdict) {
    throw new SwarmError(`task "${ref.task}" was ${gate.status} meanwhile`);
  }
  const command = toPlainText(gate.command).replace(/^/gm, '    ');
  const then =
    verdict === 'approved'
      ? `approved, for one run of exactly this command${inDirectory(gate)}:`
      : `denied; the task failed, and \`swarm retry ${name}\` tries it without this command:`;
  const next = sessionOf(host.caller)
    ? nextStepPrompt(run.state, host.isPlugin)
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
