import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readTranscriptUsage } from '../../claude/transcript.ts';
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
  const path = findTranscript(session, agentId, context);
  if (path === null) return;
  const counted = readTranscriptUsage(path, spent);
  if (counted.readTo === spent?.readTo) return;
  commit(run, [{ event: 'agent.used', at, attempt: attempt.id, ...counted }], context);
}

/** Paths by agent; a process may serve a session for days. */
const found = new Map<string, string>();

/**
 * The transcript of an agent. The payload of its tool calls does not name it, and the client names
 * the directory of a project in its own way.
 */
function findTranscript(
  session: string,
  agentId: string,
  { transcripts }: HookContext,
): string | null {
  const key = `${transcripts} ${session} ${agentId}`;
  const known = found.get(key);
  if (known !== undefined) return known;
  // Ids are opaque, and these become names of files.
  if (!/^[\w-]+$/.test(session) || !/^[\w-]+$/.test(agentId)) return null;
  for (const project of namesIn(transcripts)) {
    const path = join(transcripts, project, session, 'subagents', `agent-${agentId}.jsonl`);
    if (!statSync(path, { throwIfNoEntry: false })?.isFile()) continue;
    found.set(key, path);
    return path;
  }
  return null;
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
