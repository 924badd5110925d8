import type { LedgerEvent } from '../../ledger/events.ts';

/** The attempt that a worker runs. Its session and its agent have the id of the attempt. */
interface Attempt {
  task: string;
  attempt: string;
}

type Name = LedgerEvent['event'];

/** What a worker may record, by the field that says whom it is about. */
const BY_ATTEMPT: ReadonlySet<Name> = new Set([
  'attempt.started',
  'attempt.refused',
  'agent.delegated',
  'agent.ended',
  'brief.given',
  'check.started',
  'check.ended',
  'gate.asked',
  'report.stored',
  'work.observed',
  'worker.denied',
  'worker.started',
  'worker.used',
]);
const BY_AGENT: ReadonlySet<Name> = new Set(['agent.continued', 'agent.idle', 'agent.seen']);
const BY_TASK: ReadonlySet<Name> = new Set([
  'file.outside',
  'task.checkpoint',
  'worktree.added',
  'worktree.committed',
  'worktree.measured',
  'worktree.removed',
  'worktree.uncommitted',
]);

/**
 * Whether an event is the worker's to record: it is about its own attempt, and no decision of a
 * person or of the supervisor.
 */
export function isWorkerEvent(event: LedgerEvent, { task, attempt }: Attempt): boolean {
  if ('task' in event && event.task !== task) return false;
  if (BY_TASK.has(event.event)) return 'task' in event;
  if (BY_AGENT.has(event.event)) return 'agentId' in event && event.agentId === attempt;
  if (BY_ATTEMPT.has(event.event)) return 'attempt' in event && event.attempt === attempt;
  switch (event.event) {
    case 'gate.used':
      return true;
    case 'session.ended':
      return event.session === attempt;
    case 'usage.limited':
      // Without an attempt, the limit is only near.
      return event.attempt === attempt || event.attempt === null;
    default:
      return false;
  }
}

const ENDS: ReadonlySet<Name> = new Set(['agent.ended', 'attempt.refused', 'session.ended']);

/** Whether an event of a worker ends its attempt. */
export function isEndOfAttempt({ event }: LedgerEvent): boolean {
  return ENDS.has(event);
}
