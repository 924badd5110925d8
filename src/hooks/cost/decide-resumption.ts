import { contextTokens } from '../../claude/transcript-lines.ts';
import { continuesWith } from '../../run/cost/resumption.ts';
import { agentToContinue } from '../../run/ready-tasks.ts';
import { commit } from '../../store/commit.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import { type HookContext, transcriptPath } from '../hook-context.ts';

/**
 * Decides for each interrupted agent of a session that has started again whether a message resumes
 * it. Whatever cannot be measured is resumed.
 */
export function decideResumption(
  run: RunHandle,
  event: { session_id: string; transcript_path?: string | undefined },
  context: HookContext,
): void {
  const { maxTranscriptTokens: maxTokens } = run.state.opened.policy.resume;
  const session = transcriptPath(event.transcript_path, event.session_id, context);
  if (maxTokens === null || session === null) return;
  for (const [id, { attempts }] of run.state.tasks) {
    const attempt = attempts.at(-1);
    const agent = agentToContinue(run.state, id);
    if (!attempt || agent === null || attempt.resumeDecision) continue;
    const tokens = contextTokens(
      `${session.replace(/\.jsonl$/, '')}/subagents/agent-${agent}.jsonl`,
    );
    if (tokens === null) continue;
    const measured = {
      contextTokens: tokens,
      maxTokens,
      continuesWith: continuesWith(tokens, maxTokens),
    };
    commit(
      run,
      [{ event: 'resume.decided', at: context.now(), attempt: attempt.id, ...measured }],
      context,
    );
  }
}
