import { readTranscriptUsage } from '../../claude/transcript.ts';
import { findTranscript } from '../../operations/tasks/find-transcript.ts';
import { attemptStart } from '../../run/attempt.ts';
import { commit } from '../../store/commit.ts';
import type { Assignment } from '../find-assignment.ts';
import type { HookContext } from '../hook-context.ts';

/** How often the tokens of a running agent are counted; milliseconds. */
const INTERVAL = 5_000;

/**
 * Counts what an agent has used so far, if its run has a budget of tokens. Only what the transcript
 * has got since it was last read is read.
 */
export function recordUse(
  { run, attempt, isOwn }: Assignment,
  session: string,
  context: HookContext,
): void {
  const { agentId, spent } = attempt;
  if (run.state.budget.tokens === null || !isOwn || agentId === null || attempt.worker) return;
  const at = context.now();
  if (Date.parse(at) - Date.parse(spent?.at ?? attemptStart(attempt)) < INTERVAL) return;
  const path = lookUpTranscript(session, agentId, context);
  if (path === null) return;
  const counted = readTranscriptUsage(path, spent);
  if (counted.readTo === spent?.readTo) return;
  commit(run, [{ event: 'agent.used', at, attempt: attempt.id, ...counted }], context);
}

/** Paths by agent; a process may serve a session for days. */
const found = new Map<string, string>();

/** The payload of an agent's tool calls does not name its transcript. */
function lookUpTranscript(
  session: string,
  agentId: string,
  { transcripts }: HookContext,
): string | null {
  const key = `${transcripts} ${session} ${agentId}`;
  const path = found.get(key) ?? findTranscript(transcripts, { agentId, session, worker: null });
  if (path !== null) found.set(key, path);
  return path;
}
