import type { Task } from '../../plan/plan-schema.ts';
import { type Attempt, laterTime } from '../attempt.ts';
import type { Evidence } from '../evidence/warnings.ts';
import type { RunState } from '../run-state.ts';
import type { Snapshot } from './snapshot.ts';

/** The time in which the agent of a task may have changed files of the shared checkout. */
export interface WritingSpan {
  task: string;
  launchedAt: string;
  from: string;
  /** Null while it is running. */
  until: string | null;
  /** What it did; null while it is running, and if that is not known. */
  evidence: Evidence | null;
}

/** Whether an agent may change files: a researcher has no tool for it, unless its task declares some. */
export function mayWrite({ agent, writes }: Pick<Task, 'agent' | 'writes'>): boolean {
  return writes.length > 0 || agent !== 'swarm-researcher';
}

/**
 * The time of an agent's first tool call, before which it cannot have changed a file.
 * @returns null if that is not known
 */
export type FirstCall = (attempt: Attempt) => string | null;

/** The spans of all attempts of a run, but of none in a git worktree of its own. */
export function writingSpans(
  { tasks, worktrees }: RunState,
  firstCall: FirstCall = () => null,
): WritingSpan[] {
  return [...tasks.values()].flatMap(({ plan: { id, ...plan }, attempts }) => {
    if (worktrees.has(id) || !mayWrite(plan)) return [];
    return attempts.flatMap((attempt) => {
      const { launchedAt, startedAt, end, reusedFrom } = attempt;
      const evidence = end ? attempt.evidence : null;
      if (reusedFrom !== null) return [];
      const from = laterTime(startedAt ?? launchedAt, firstCall(attempt) ?? '');
      return { task: id, launchedAt, from, until: end?.at ?? null, evidence };
    });
  });
}

/** A snapshot this much older than a launch still shows what was there before; milliseconds. */
const FRESH_MS = 1_000;

/** Whether an attempt has begun or ended since the last snapshot. */
export function isSnapshotDue(
  spans: readonly WritingSpan[],
  last: Pick<Snapshot, 'from'> | null,
): boolean {
  const known = last ? Date.parse(last.from) : Number.NEGATIVE_INFINITY;
  return spans.some(
    ({ launchedAt, until }) =>
      Date.parse(launchedAt) - FRESH_MS > known || (until !== null && Date.parse(until) > known),
  );
}

/**
 * The spans of the agents that may have made a change between two snapshots. Files are read one after the other, so
 * an agent that began or ended while they were read counts as well.
 */
export function spansBetween(
  spans: readonly WritingSpan[],
  before: Pick<Snapshot, 'from'>,
  after: Pick<Snapshot, 'until'>,
): WritingSpan[] {
  return spans.filter(
    ({ from, until }) => from < after.until && (until === null || until > before.from),
  );
}
