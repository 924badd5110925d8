import type { DecidedIn, GateAsked } from '../ledger/events.ts';
import { sanitizeLine } from '../text/sanitize.ts';
import type { Attempt } from './attempt.ts';

/** A person's decision on one irreversible command of an agent. */
export interface Gate extends Omit<GateAsked, 'event' | 'gate' | 'attempt'> {
  /** The id of the tool call that asked. */
  id: string;
  /** An approval in the session is used with it; another is used by one later call. */
  status: 'asked' | 'approved' | 'denied' | 'used';
  decidedAt: string | null;
  /** The call that used the approval. */
  usedBy: string | null;
}

export function newGate({ event: _event, attempt: _attempt, gate: id, ...asked }: GateAsked): Gate {
  return { ...asked, id, status: 'asked', decidedAt: null, usedBy: null };
}

/**
 * Enters a decision. The first counts; but that a command ran in the session shows that it was
 * approved, whatever was taken for the answer before.
 */
export function applyGateDecision(
  gate: Gate,
  status: 'approved' | 'denied',
  where: DecidedIn,
  at: string,
) {
  const hasRun = gate.where === 'session' && where === 'session' && status === 'approved';
  if (gate.where !== where || (gate.status !== 'asked' && !hasRun)) return;
  gate.status = hasRun ? 'used' : status;
  gate.decidedAt = at;
}

/** Enters that a call claims an approval; the first one has it. */
export function useGate(gate: Gate, call: string): void {
  if (gate.status !== 'approved') return;
  gate.status = 'used';
  gate.usedBy = call;
}

/** A gate that decides what becomes of its task. */
export type DecidingGate = Gate & { status: 'asked' | 'approved' | 'denied' };

/** The gate that decides about a task when this attempt, its latest, has ended. */
export function pendingGate({ gates }: Attempt): DecidingGate | undefined {
  return gates.findLast(
    (gate): gate is DecidingGate => gate.where === 'command-line' && gate.status !== 'used',
  );
}

/** Whether an agent was told to stop, because a person has to decide about a command of its. */
export function stoppedAtGate({ gates }: Attempt): boolean {
  return gates.some(({ where }) => where === 'command-line');
}

/** The gate on which the agent of an attempt waits in its session. */
export function openSessionGate({ gates, end }: Attempt): Gate | undefined {
  return end
    ? undefined
    : gates.find((gate) => gate.where === 'session' && gate.status === 'asked');
}

/**
 * How long an attempt waited for a person in its session; milliseconds. Of gates that were open at
 * the same time, that time counts once.
 */
export function timeWaitingForApproval({ gates }: Attempt): number {
  const waits = gates
    .filter(({ where, decidedAt }) => where === 'session' && decidedAt !== null)
    .map(({ at, decidedAt }) => ({ from: Date.parse(at), to: Date.parse(decidedAt ?? at) }))
    .sort((a, b) => a.from - b.from);
  let [sum, counted] = [0, Number.NEGATIVE_INFINITY];
  for (const { from, to } of waits) {
    sum += Math.max(0, to - Math.max(from, counted));
    counted = Math.max(counted, to);
  }
  return sum;
}

/** What an agent's irreversible command meets. */
export type GateDecision =
  /** A person approved exactly this command; the call may claim it. */
  | { kind: 'approved'; gate: Gate }
  | { kind: 'ask'; where: DecidedIn }
  /** Another gate of the task waits already. */
  | { kind: 'waiting'; gate: Gate }
  | { kind: 'ended' };

/**
 * Decides about an irreversible command.
 * @param attempts of the task, the agent's own among them
 * @param sha256 of the exact command, see {@link gateIdentity}
 * @param isAttended whether a person can answer in the session
 */
export function decideCommand(
  attempt: Attempt,
  attempts: readonly Attempt[],
  sha256: string,
  isAttended: boolean,
): GateDecision {
  // What is no longer decided by this attempt must not be done by it either.
  if (attempt.end || attempt !== attempts.at(-1)) return { kind: 'ended' };
  const approved = approvalsOf(attempts).find((gate) => gate.sha256 === sha256);
  if (approved) return { kind: 'approved', gate: approved };
  if (isAttended) return { kind: 'ask', where: 'session' };
  const waiting = pendingGate(attempt);
  return waiting?.status === 'asked'
    ? { kind: 'waiting', gate: waiting }
    : { kind: 'ask', where: 'command-line' };
}

/** What a person allowed and no agent has done yet. */
export function approvalsOf(attempts: readonly Attempt[]): Gate[] {
  return attempts.flatMap(({ gates }) => gates.filter(({ status }) => status === 'approved'));
}

/** What makes two commands the same: every character of them, and where they run. */
export function gateIdentity(command: string, directory: string): string {
  return JSON.stringify([directory, command]);
}

/** The command of a gate on one line. */
export function gateLine({ command }: Gate): string {
  return sanitizeLine(command, 160);
}
