import { existsSync } from 'node:fs';
import type { ProcessProbe } from '../../operations/sessions.ts';
import type { GitOptions } from '../../platform/git.ts';
import type { ChangeStep } from '../../run/snapshots/changed-files.ts';
import type { Snapshot } from '../../run/snapshots/snapshot.ts';
import { type FirstCall, writingSpans } from '../../run/snapshots/writing-spans.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import { changeSteps } from './change-steps.ts';
import { readSnapshots } from './snapshot-ref.ts';
import { spansOfOtherRuns } from './spans-of-other-runs.ts';
import { readCheckout } from './take-snapshot.ts';

/** What happened to the files of a checkout since the first snapshot of a run. */
export interface History {
  /** Absolute. */
  checkout: string;
  snapshots: Snapshot[];
  steps: ChangeStep[];
  /** Tasks whose agents had begun before the first snapshot, so that their first changes are unknown. */
  unknown: string[];
}

export interface HistoryOptions extends GitOptions {
  host: ProcessProbe;
  firstCall?: FirstCall;
}

interface UntilNow {
  /** Whether the files as they are now count as the last snapshot; by default, if agents are running. */
  untilNow?: boolean;
}

/** @returns null if the run has no snapshots, or its checkout no longer exists */
export async function readSteps(
  run: RunHandle,
  { host, firstCall, untilNow, ...options }: HistoryOptions & UntilNow,
): Promise<History | null> {
  const { checkout, snapshots } = (await readSnapshots(run.paths, options)).log;
  const last = snapshots.at(-1);
  if (!last || !existsSync(checkout)) return null;
  const spans = writingSpans(run.state, firstCall);
  const isOpen = spans.some(({ until }) => until === null || until > last.from);
  const all =
    (untilNow ?? isOpen) ? [...snapshots, await readCheckout(checkout, host, options)] : snapshots;
  const first = all[0] ?? last;
  const shared = { checkout, since: first.from, host, firstCall, ...options };
  const others = await spansOfOtherRuns(run.paths, shared);
  const steps = await changeSteps(run.paths.root, all, { own: spans, others }, options);
  const early = spans.filter(({ from }) => from < first.until).map(({ task }) => task);
  return { checkout, snapshots: all, steps, unknown: [...new Set(early)] };
}
