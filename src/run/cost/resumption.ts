import type { ResumeDecided } from '../../ledger/events.ts';
import { formatCount } from '../../text/format-cost.ts';
import type { Attempt } from '../attempt.ts';

/**
 * The agent that continues an interrupted task. With a large context, each step of the old one reads
 * more than all that a new one needs.
 */
export function continuesWith(
  contextTokens: number,
  maxTokens: number,
): ResumeDecided['continuesWith'] {
  return contextTokens > maxTokens ? 'new-agent' : 'same-agent';
}

/** Why another agent continues a task: `its context of 140.0k tokens is above the limit of 100.0k`. */
export function reasonForNewAgent({ resumeDecision }: Attempt): string | null {
  if (resumeDecision?.continuesWith !== 'new-agent') return null;
  const { contextTokens, maxTokens } = resumeDecision;
  return `its context of ${formatCount(contextTokens)} tokens is above the limit of ${formatCount(maxTokens)}`;
}
