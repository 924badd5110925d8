import { EDIT_TOOLS, READING_TOOLS } from '../../claude/tools.ts';
import type { WritingSpan } from '../../run/snapshots/writing-spans.ts';

/** Whether an agent can have changed a file of its checkout, judging by the tools that it called. */
export function canHaveChanged({ evidence }: WritingSpan, path: string): boolean {
  if (!evidence) return true;
  const { toolCalls, filesChanged, moreFiles, openAgents = 0 } = evidence;
  if (moreFiles > 0 || openAgents > 0 || filesChanged.includes(path)) return true;
  return Object.keys(toolCalls).some((tool) => !EDIT_TOOLS.has(tool) && !READING_TOOLS.has(tool));
}
