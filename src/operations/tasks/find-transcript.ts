import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Attempt } from '../../run/attempt.ts';

/** Names of sessions and agents become parts of paths. */
const SAFE = /^[\w-]+$/;

/**
 * The transcript of an attempt's agent, in which the client keeps what it said and did.
 * @param configDir the user's configuration directory of Claude Code, absolute
 * @returns null if there is none, or the client has removed it
 */
export function findTranscript(
  configDir: string,
  { agentId, session, worker }: Pick<Attempt, 'agentId' | 'session' | 'worker'>,
): string | null {
  if (!agentId || !SAFE.test(agentId) || !SAFE.test(session)) return null;
  const projects = join(configDir, 'projects');
  // Its own session, or a file beside or below the session that launched it.
  const names = worker
    ? [`${agentId}.jsonl`]
    : [join(session, 'subagents', `agent-${agentId}.jsonl`), `agent-${agentId}.jsonl`];
  for (const project of directoriesIn(projects)) {
    for (const name of names) {
      const path = join(projects, project, name);
      if (statSync(path, { throwIfNoEntry: false })?.isFile()) return path;
    }
  }
  return null;
}

function directoriesIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
