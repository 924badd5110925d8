import type { LedgerEvent } from '../../ledger/events.ts';
import { sanitizeLine } from '../../text/sanitize.ts';
import { type EndReason, returnedBy } from './ending.ts';

/** The ends of attempts whose client was never started. */

interface EndContext {
  /** The name of this machine. */
  machine: string;
  host: { now(): string };
}

/** More is for a log; characters. */
const LONGEST = 500;

/** An order that this worker does not execute, and no other attempt of it either. */
export function refuseOrder(
  attempt: string,
  why: string,
  { machine, host }: EndContext,
): LedgerEvent {
  const message = sanitizeLine(`worker ${machine} refused it: ${why}`, LONGEST);
  return { event: 'attempt.refused', at: host.now(), attempt, category: 'fatal', message };
}

/** An order that could not be executed here; a later attempt may succeed, here or elsewhere. */
export function failOrder(attempt: string, error: Error, context: EndContext): LedgerEvent {
  const message = sanitizeLine(`worker ${context.machine}: ${error.message}`, LONGEST);
  return agentEnded(attempt, { outcome: 'failed', category: 'transient', message }, context);
}

/** An order whose end was requested before its client was started. */
export function endEarly(attempt: string, reason: EndReason, context: EndContext): LedgerEvent {
  if (reason === 'cancelled') {
    const message = 'cancelled on request';
    return agentEnded(attempt, { outcome: 'stopped', category: null, message }, context);
  }
  const at = context.host.now();
  const why =
    reason === 'returned' ? returnedBy(context.machine) : 'the supervisor was interrupted';
  return { event: 'session.ended', at, session: attempt, reason: why };
}

function agentEnded(
  attempt: string,
  end: Pick<Extract<LedgerEvent, { event: 'agent.ended' }>, 'outcome' | 'category' | 'message'>,
  { host }: EndContext,
): LedgerEvent {
  const ids = { agentId: attempt, attempt };
  return { event: 'agent.ended', at: host.now(), ...ids, ...end, abstract: null, report: null };
}
