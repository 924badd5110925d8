import { readFile } from 'node:fs/promises';
import { readTranscript } from '../claude/transcript.ts';
import { findAttempt, loadActiveRuns } from '../operations/find-agent.ts';
import { locateWorktree } from '../platform/repository-paths.ts';
import { observeWork } from '../proof/observe-work.ts';
import { type HookContext, transcriptPath } from './hook-context.ts';

/** An agent of a conversation that has ended, and the file with everything it did. */
interface EndedAgent {
  agent_id: string;
  cwd: string;
  agent_transcript_path?: string | undefined;
}

/** Records what an agent did, from its transcript, once the client has its answer. */
export function observeAgent(
  { agent_id: agentId, cwd, agent_transcript_path: named }: EndedAgent,
  context: HookContext,
): void {
  const path = transcriptPath(named, `agent-${agentId}`, context);
  if (path === null) return;
  context.afterwards(async () => {
    for (const run of loadActiveRuns(context)) {
      const attempt = findAttempt(run, agentId, null);
      if (!attempt) continue;
      const { work, usage, denied } = readTranscript(await readFile(path, 'utf8'));
      const place = locateWorktree(context.root, cwd) ?? context.root;
      await observeWork(run, attempt, { ...work, usage, denied }, { cwd: place, host: context });
    }
  });
}
