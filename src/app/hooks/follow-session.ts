import type * as z from 'zod/mini';
import { isAtWork } from '../../core/attempt.ts';
import type { sessionEvent } from '../../schema/hook-event.ts';
import { writeCheckpointFiles } from '../../store/projections.ts';
import type { HookContext, HookOutput } from './hook-context.ts';
import { loadOpenRuns, record } from './record-agent.ts';

/** Reasons for which a session's id ends while its agents go on. */
const AGENTS_GO_ON = new Set(['clear', 'resume']);

/** When a session ends: its agents end with it, and those that had not reported are lost. */
export function recordSessionEnd(
  event: z.infer<typeof sessionEvent>,
  context: HookContext,
): HookOutput {
  const { session_id: session, reason = 'unknown' } = event;
  if (AGENTS_GO_ON.has(reason)) return null;
  for (const run of loadOpenRuns(context.root)) {
    const lost = [...run.state.attempts.values()].filter(
      (attempt) => attempt.session === session && isAtWork(attempt),
    );
    if (lost.length === 0) continue;
    record(run, [{ event: 'session.ended', at: context.now(), session, reason }], context);
    writeCheckpointFiles(
      run,
      lost.map((attempt) => attempt.task),
    );
  }
  return null;
}
