import type { ProcessIdentity } from '../platform/process/process-identity.ts';
import type { RunHandle } from '../store/run-handle.ts';

export function isSameProcess(a: ProcessIdentity | null, b: ProcessIdentity): boolean {
  return a?.pid === b.pid && a.startedAt === b.startedAt;
}

/** Whether a run belongs to a session, or to an earlier one of the same client. */
export function isOfThisClient(
  { state }: RunHandle,
  session: string,
  { client }: { client: ProcessIdentity },
): boolean {
  return (
    state.session === session ||
    [...state.attempts.values()].some((attempt) => isSameProcess(attempt.client, client))
  );
}
