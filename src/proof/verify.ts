import { setTimeout as sleep } from 'node:timers/promises';
import { isWriting } from '../run/file-claims.ts';
import { isCheckDue } from '../run/status-document.ts';
import { type RunHandle, refresh } from '../store/run-handle.ts';
import type { CheckRound } from './check-round.ts';
import { type CheckOptions, runChecks } from './run-checks.ts';

/** How often it is looked whether others have stopped writing; milliseconds. */
const LOOK_MS = 500;

/**
 * Runs the checks of an attempt in a conversation, whose agents share one working tree.
 * @param attempt its id; null for the checks of the run as a whole
 * @returns null if it was aborted, or there are no checks
 */
export async function verify(
  run: RunHandle,
  attempt: string | null,
  options: Omit<CheckOptions, 'areOthersWriting' | 'outwaitOthers'>,
): Promise<CheckRound | null> {
  const areOthersWriting = () => {
    refresh(run);
    return [...run.state.attempts.values()].some(
      (other) => other.id !== attempt && isWriting(run.state, other),
    );
  };
  const outwaitOthers = async () => {
    while (!options.signal.aborted && areOthersWriting()) await sleep(LOOK_MS);
  };
  const subject = attempt === null ? null : run.state.attempts.get(attempt);
  if (subject === undefined) return null;
  if (subject === null && !isCheckDue(run.state, options.host.now())) return null;
  return runChecks(run, subject, { ...options, areOthersWriting, outwaitOthers });
}
