import type { DecidedIn, GateAsked } from '../ledger/events.ts';
import { sanitizeLine } from '../text/sanitize.ts';
import type { Span } from './clock-jumps.ts';

/** A person's decision about one irreversible command of an agent. */
export interface Gate extends Omit<GateAsked, 'event' | 'gate' | 'attempt'> {
  /** The id of the tool call that asked. */
  id: string;
  /** An approval in the session is used at once; any other is used by one later call. */
  status: 'asked' | 'approved' | 'denied' | 'used';
  decidedAt: string | null;
  /** Who decided, if that was through the hub. */
  decidedBy: string | null;
  /** The call that used the approval. */
  usedBy: string | null;
}

/** What this file needs of an `Attempt`, which holds gates. */
interface GatedAttempt {
  /** Oldest first. */
  gates: readonly Gate[];
  /** Null while the attempt is running. */
  end: object | null;
}

export function newGate({ event: _event, attempt: _attempt, gate: id, ...asked }: GateAsked): Gate {
  return { ...asked, id, status: 'asked', decidedAt: null, decidedBy: null, usedBy: null };
}

/**
 * Records a decision. The first one counts, with one exception: if the command ran in the session,
 * it was approved there, whatever was recorded before.
 */
export function applyGateDecision(
  gate: Gate,
  status: 'approved' | 'denied',
  { where, at, by }: { where: DecidedIn; at: string; by?: string | undefined },
): void {
  const hasRun = gate.where === 'session' && where === 'session' && status === 'approved';
  if (gate.where !== where || (gate.status !== 'asked' && !hasRun)) return;
  gate.status = hasRun ? 'used' : status;
  gate.decidedAt = at;
  gate.decidedBy = by ?? null;
}

/** Records that a tool call uses an approval; only the first one can. */
export function useGate(gate: Gate, call: string): void {
  if (gate.status !== 'approved') return;
  gate.status = 'used';
  gate.usedBy = call;
}

/** A gate that determines the status of its task. */
export type DecidingGate = Gate & { status: 'asked' | 'approved' | 'denied' };

/** The gate that determines the status of a task whose latest attempt is this one and has ended. */
export function pendingGate({ gates }: Pick<GatedAttempt, 'gates'>): DecidingGate | undefined {
  return gates.findLast(
    (gate): gate is DecidingGate => gate.where === 'command-line' && gate.status !== 'used',
  );
}

/** Whether an agent was told to stop because a person must decide about one of its commands. */
export function stoppedAtGate({ gates }: Pick<GatedAttempt, 'gates'>): boolean {
  return gates.some(({ where }) => where === 'command-line');
}

/** The gate at which the agent of a running attempt is waiting, in its session. */
export function openSessionGate({ gates, end }: GatedAttempt): Gate | undefined {
  return end
    ? undefined
    : gates.find((gate) => gate.where === 'session' && gate.status === 'asked');
}

/** When an attempt waited for decisions in its session. */
export function approvalWaits({ gates }: Pick<GatedAttempt, 'gates'>): Span[] {
  return gates
    .filter(({ where, decidedAt }) => where === 'session' && decidedAt !== null)
    .map(({ at, decidedAt }) => ({ from: Date.parse(at), to: Date.parse(decidedAt ?? at) }));
}

/** What happens to an irreversible command that an agent is about to run. */
export type GateDecision =
  /** A person approved exactly this command; the call may use that approval. */
  | { kind: 'approved'; gate: Gate }
  | { kind: 'ask'; where: DecidedIn }
  /** Another gate of the task is already waiting. */
  | { kind: 'waiting'; gate: Gate }
  /** The attempt has ended, or a later one has taken its place. */
  | { kind: 'ended' };

interface CommandFacts {
  /** The id of the tool call. If two processes judge one call, both get the same decision. */
  call: string;
  /** Of the command's {@link gateIdentity}. */
  sha256: string;
  /** Whether a person can answer in the session. */
  isAttended: boolean;
  /** Whether a person gave an approval that the ledger contains. */
  isGenuine(approval: Gate): boolean;
}

/**
 * Decides what happens to an irreversible command.
 * @param attempt of the agent that is about to run it
 * @param attempts all of the task, oldest first
 */
export function decideCommand<Known extends GatedAttempt>(
  attempt: Known,
  attempts: readonly Known[],
  { call, sha256, isAttended, isGenuine }: CommandFacts,
): GateDecision {
  if (attempt.end || attempt !== attempts.at(-1)) return { kind: 'ended' };
  const known = attempts.flatMap(({ gates }) => gates);
  const used = known.find((gate) => gate.usedBy === call && gate.sha256 === sha256);
  if (used) return { kind: 'approved', gate: used };
  const asked = known.find(({ id }) => id === call);
  if (asked) return { kind: 'ask', where: asked.where };
  const approved = approvalsOf(attempts).find((gate) => gate.sha256 === sha256 && isGenuine(gate));
  if (approved) return { kind: 'approved', gate: approved };
  if (isAttended) return { kind: 'ask', where: 'session' };
  const waiting = pendingGate(attempt);
  return waiting?.status === 'asked'
    ? { kind: 'waiting', gate: waiting }
    : { kind: 'ask', where: 'command-line' };
}

/** The approvals of a task that no call has used yet. */
export function approvalsOf(attempts: readonly Pick<GatedAttempt, 'gates'>[]): Gate[] {
  return attempts.flatMap(({ gates }) => gates.filter(({ status }) => status === 'approved'));
}

/** What makes two commands the same: their exact text and the directory in which they run. */
export function gateIdentity(command: string, directory: string): string {
  return JSON.stringify([directory, command]);
}

/** The command of a gate on one line, of at most 160 characters. */
export function gateLine({ command }: Gate): string {
  return sanitizeLine(command, 160);
}
