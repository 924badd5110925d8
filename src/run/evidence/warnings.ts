import type { WorkObserved } from '../../ledger/events.ts';
import { isWrite } from '../../plan/glob-overlap.ts';
import { isTemporaryPath } from '../../text/temporary-path.ts';

/** What an agent did, seen from outside. */
export type Evidence = Omit<WorkObserved, 'event' | 'at' | 'attempt'>;

/** Why a report should not simply be believed. */
export const WARNINGS = [
  'no_tool_calls',
  'no_declared_write_changed',
  'undeclared_writes',
  'permission_denied',
] as const;
export type Warning = (typeof WARNINGS)[number];

/**
 * Compares what an agent did with what its task says.
 * @param writes the globs of the files that the task declares
 * @param undeclared whether it was seen to change other files
 */
export function warningsOf(
  evidence: Evidence | null,
  writes: readonly string[],
  undeclared: boolean,
): Warning[] {
  if (!evidence) return undeclared ? ['undeclared_writes'] : [];
  const { toolCalls, filesChanged, permissionDenials } = evidence;
  const isOutside = (path: string) => !isWrite(writes, path) && !isTemporaryPath(path);
  const holds: Record<Warning, boolean> = {
    no_tool_calls: Object.keys(toolCalls).length === 0,
    no_declared_write_changed:
      writes.length > 0 && !filesChanged.some((path) => isWrite(writes, path)),
    undeclared_writes: undeclared || (writes.length > 0 && filesChanged.some(isOutside)),
    permission_denied: permissionDenials.length > 0,
  };
  return WARNINGS.filter((warning) => holds[warning]);
}
