import type { CheckResult, EventOf, MergeStep } from '../../ledger/events.ts';

/** The merge of a run's branches onto one branch. */
export interface MergeState {
  branch: string;
  /** The commit at which it began. */
  base: string;
  /** The branch of the person that is meant to get the result; null for the run's own base. */
  into: string | null;
  /** The commands that check each merge. */
  check: readonly string[];
  startedAt: string;
  /** When every branch had its step; null before. */
  endedAt: string | null;
  /** By task, in the order in which they were taken. */
  steps: Map<string, MergeStep>;
  /** The commit that has everything merged so far. */
  tip: string;
  /** Where swarm last put the branch; null if it never did. */
  published: string | null;
  /** The last check of `tip`; empty if it was not checked. */
  results: readonly CheckResult[];
  /** What the branch changes since its base; null before the end. */
  changes: { files: number; insertions: number; deletions: number } | null;
}

/** @param earlier whose branch is replaced; null if there was none */
export function startMerge(
  event: EventOf<'merge.started'>,
  earlier: MergeState | null,
): MergeState {
  const { branch, base, into, check, at } = event;
  const none = { endedAt: null, steps: new Map(), results: [], changes: null };
  const published = earlier?.published ?? null;
  return { branch, base, into, check, startedAt: at, tip: base, published, ...none };
}

export function endMerge(merge: MergeState, event: EventOf<'merge.ended'>): void {
  const { at, files, insertions, deletions } = event;
  const changes = { files, insertions, deletions };
  Object.assign(merge, { endedAt: at, changes, published: merge.tip });
}

export function takeMergeStep(merge: MergeState, event: EventOf<'merge.step'>): void {
  const { event: _, at: __, task, ...step } = event;
  merge.steps.delete(task);
  merge.steps.set(task, step);
  merge.endedAt = null;
  if (step.outcome !== 'merged') return;
  merge.tip = step.tip;
  merge.results = step.results;
}

export function hasConflicts(merge: MergeState | null): boolean {
  return [...(merge?.steps.values() ?? [])].some(({ outcome }) => outcome === 'conflict');
}

/** Whether the merged branch passed its check; null if it was not checked. */
export function isMergePassed({ results }: Pick<MergeState, 'results'>): boolean | null {
  return results.length === 0 ? null : results.every(({ exitCode }) => exitCode === 0);
}

/** Whether every branch was merged, and the check passed if there was one. */
export function isMergeComplete({
  steps,
  results,
}: Pick<MergeState, 'steps' | 'results'>): boolean {
  const areMerged = [...steps.values()].every(({ outcome }) => outcome === 'merged');
  return areMerged && isMergePassed({ results }) !== false;
}
