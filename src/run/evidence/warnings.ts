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
  'other_model',
  'agents_not_ended',
] as const;
export type Warning = (typeof WARNINGS)[number];

/** What a task asks of its agent. */
interface Asked {
  /** The globs of the files that the task declares. */
  writes: readonly string[];
  /** Null if it asks for none. */
  model: string | null;
}

/** They speak of a report, so they say nothing about an agent that ended without one. */
const NEEDS_REPORT: ReadonlySet<Warning> = new Set([
  'no_tool_calls',
  'no_declared_write_changed',
  'agents_not_ended',
]);

/**
 * Compares what an agent did with what its task asks for.
 * @param undeclared whether it was seen to change other files
 */
export function warningsOf(
  evidence: Evidence | null,
  { writes, model }: Asked,
  undeclared: boolean,
  hasReport: boolean,
): Warning[] {
  if (!evidence) return undeclared ? ['undeclared_writes'] : [];
  const { toolCalls, filesChanged, permissionDenials, openAgents = 0 } = evidence;
  const isOutside = (path: string) => !isWrite(writes, path) && !isTemporaryPath(path);
  const holds: Record<Warning, boolean> = {
    no_tool_calls: Object.keys(toolCalls).length === 0,
    no_declared_write_changed:
      writes.length > 0 && !filesChanged.some((path) => isWrite(writes, path)),
    undeclared_writes: undeclared || (writes.length > 0 && filesChanged.some(isOutside)),
    permission_denied: permissionDenials.length > 0,
    other_model: isOther(evidence.model, model),
    agents_not_ended: openAgents > 0,
  };
  return WARNINGS.filter((warning) => holds[warning] && (hasReport || !NEEDS_REPORT.has(warning)));
}

/** Names that can stand for any model. */
const ANY_MODEL = /^(?:best|opusplan|inherit)$|^arn:/;

/**
 * Whether an agent ran on another model than was asked for. An alias such as `opus` stands for every
 * model of that family, and a name without a date for every date.
 */
function isOther(ran: string | null, asked: string | null): boolean {
  // Only these names tell the family of a model.
  if (ran === null || asked === null || ANY_MODEL.test(asked) || !ran.includes('claude'))
    return false;
  const name = asked.replace(/\[1m\]$/, '');
  return !ran.includes(name) && !name.includes(ran);
}
