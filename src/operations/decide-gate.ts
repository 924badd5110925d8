import { EXIT, SwarmError } from '../errors/swarm-error.ts';
import { sha256 } from '../platform/sha256.ts';
import { type Gate, gateIdentity, openSessionGate, pendingGate } from '../run/gate.ts';
import type { TaskState } from '../run/run-state.ts';
import type { TaskStatus } from '../run/status-schema.ts';
import { taskStatuses } from '../run/task-status.ts';
import { dropApproval, keepApproval } from '../store/approvals.ts';
import { commit } from '../store/commit.ts';
import type { Host } from '../store/host.ts';
import type { RunHandle } from '../store/run-handle.ts';
import type { DecisionResult } from '../view/results.ts';
import { taskOf } from './find-run.ts';

/**
 * Records what a person decided about the irreversible command that a task is waiting on.
 * @throws {SwarmError} if there is no such task, it is not waiting for a decision, or it is waiting
 * for one in its session
 */
export function decideGate(
  run: RunHandle,
  taskId: string,
  verdict: DecisionResult['outcome'],
  host: Host,
): DecisionResult {
  const task = taskOf(run, taskId);
  const name = `${run.paths.run}/${taskId}`;
  const status = taskStatuses(run.state).get(taskId) ?? 'pending';
  const gate = status === 'input_required' ? waitingGate(task, name) : null;
  if (!gate) throw nothingToDecide(run, task, status);
  if (verdict === 'approved') {
    assertWhole(gate, name);
    keepApproval(host, run.paths, gate);
  }
  const event = verdict === 'approved' ? 'gate.approved' : 'gate.denied';
  const by = host.caller.kind === 'hub' ? { by: host.caller.by } : {};
  commit(run, [{ event, at: host.now(), gate: gate.id, where: 'command-line', ...by }], host);
  // If two decisions are made at the same time, the first in the ledger counts.
  if (gate.status !== verdict) {
    dropApproval(host, run.paths, gate);
    throw new SwarmError(`task "${taskId}" was ${gate.status} in the meantime`);
  }
  const { rule, command, directory } = gate;
  return { run: run.paths.run, task: taskId, outcome: verdict, rule, command, directory };
}

/**
 * @throws {SwarmError} unless what the ledger shows is what will run: a part may be redacted, and
 *   an agent may have written to the ledger
 */
function assertWhole({ command, directory, sha256: expected }: Gate, name: string): void {
  if (sha256(gateIdentity(command, directory)) === expected) return;
  throw new SwarmError(
    `the command of ${name} is not recorded as it would run, for example because a part is redacted, so it cannot be approved. Deny it, or run the command yourself`,
    EXIT.notCompleted,
  );
}

function waitingGate(task: TaskState, name: string): Gate | null {
  const attempt = task.attempts.at(-1);
  if (!attempt) return null;
  if (openSessionGate(attempt)) {
    throw new SwarmError(
      `${name} is waiting for an answer in its Claude Code session; answer there`,
      EXIT.humanNeeded,
    );
  }
  return pendingGate(attempt) ?? null;
}

function nothingToDecide(run: RunHandle, task: TaskState, status: TaskStatus): SwarmError {
  const name = `${run.paths.run}/${task.plan.id}`;
  const gate = task.attempts.flatMap(({ gates }) => gates).at(-1);
  if (status === 'working' && gate?.status === 'asked') {
    const hint = { code: 'show_run', run: run.paths.run } as const;
    const message = `the agent of ${name} is still ending; decide when the task is waiting for approval`;
    return new SwarmError(message, EXIT.badInput, { hint });
  }
  const last = gate ? `; its last command was ${DECIDED[gate.status]}` : '';
  return new SwarmError(
    `expected a task that is waiting for approval, found ${name} ${status}${last}`,
  );
}

const DECIDED: Record<Gate['status'], string> = {
  asked: 'never decided',
  approved: 'already approved',
  denied: 'already denied',
  used: 'approved, and has run',
};
