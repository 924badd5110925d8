import { isAtWork } from '../core/attempt.ts';
import type { ClientProcess } from '../schema/ledger-event.ts';
import { appendEvents } from '../store/ledger.ts';
import { catchUp, type LoadedRun } from '../store/load-run.ts';
import { writeCheckpointFiles, writeProjections } from '../store/projections.ts';

/** Enters the end of sessions whose client is gone, and with it that of their agents. */
export function endDeadSessions(
  run: LoadedRun,
  { now, isAlive }: { now(): string; isAlive(client: ClientProcess): boolean },
): void {
  const orphans = [...run.state.attempts.values()].filter(
    (attempt) => isAtWork(attempt) && attempt.client !== null && !isAlive(attempt.client),
  );
  if (orphans.length === 0) return;
  const at = now();
  const sessions = new Set(orphans.map((attempt) => attempt.session));
  appendEvents(
    run.paths.ledger,
    [...sessions].map((session) => ({
      event: 'session.ended' as const,
      at,
      session,
      reason: 'its client is gone',
    })),
  );
  catchUp(run);
  writeProjections(run);
  writeCheckpointFiles(
    run,
    orphans.map((attempt) => attempt.task),
  );
}
