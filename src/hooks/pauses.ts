import { lastInterruption } from '../claude/transcript-lines.ts';
import type { PauseReason } from '../ledger/events.ts';
import { loadActiveRuns } from '../operations/find-agent.ts';
import { isOfThisClient } from '../operations/session-runs.ts';
import { isEnded, toStatusDocument } from '../run/status-document.ts';
import { usageLimitEnd } from '../run/usage-limit.ts';
import { commit } from '../store/commit.ts';
import type { RunHandle } from '../store/run-handle.ts';
import { type HookContext, transcriptPath } from './hook-context.ts';

/** The fields of an event by which a pause is found. */
interface SessionEvent {
  session_id: string;
  transcript_path?: string | undefined;
}

/** Whether the person has interrupted the session since the run was last launched or resumed. */
export function wasInterrupted(
  { state }: RunHandle,
  event: SessionEvent,
  context: HookContext,
): boolean {
  const path = transcriptPath(event.transcript_path, event.session_id, context);
  const at = path && lastInterruption(path);
  return at !== null && at > state.proceedsSince;
}

/**
 * Pauses the unfinished runs of a session that the person has interrupted. No hook reports the
 * interruption itself.
 * @returns those that were not paused before
 */
export function pauseInterrupted(
  runs: readonly RunHandle[],
  event: SessionEvent,
  context: HookContext,
): RunHandle[] {
  const { session_id: session } = event;
  const ours = runs.filter((run) => isOfThisClient(run, session, context));
  const interrupted = ours.filter((run) => wasInterrupted(run, event, context));
  return pauseRuns(interrupted, session, 'interrupted', context);
}

/** Pauses the unfinished runs of a session. @returns those that were not paused before */
export function pauseRuns(
  runs: readonly RunHandle[],
  session: string,
  reason: PauseReason,
  context: HookContext,
): RunHandle[] {
  const proceeding = runs.filter(
    (run) =>
      run.state.pause === null &&
      !isEnded(toStatusDocument(run.state).status) &&
      isOfThisClient(run, session, context),
  );
  for (const run of proceeding) {
    commit(run, [{ event: 'run.paused', at: context.now(), session, reason }], context);
  }
  return proceeding;
}

/** What the person says may clear up the misunderstanding. */
export function endMissedLaunches(
  runs: readonly RunHandle[],
  { session_id: session }: SessionEvent,
  context: HookContext,
): void {
  for (const run of runs) {
    if (run.state.pause !== 'launches' || !isOfThisClient(run, session, context)) continue;
    commit(run, [{ event: 'run.adopted', at: context.now(), session }], context);
  }
}

/** A usage limit that ends the turn of the conversation would end every agent too. */
export function pauseForLimit(message: string, session: string, context: HookContext): void {
  const at = context.now();
  const until = usageLimitEnd(message, at);
  if (until === null) return;
  for (const run of loadActiveRuns(context)) {
    const isOurs = isOfThisClient(run, session, context) && !run.state.supervision.options;
    if (!isOurs || isEnded(toStatusDocument(run.state).status)) continue;
    commit(run, [{ event: 'usage.limited', at, attempt: null, until }], context);
  }
}
