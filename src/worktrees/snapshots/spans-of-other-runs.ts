import { statSync } from 'node:fs';
import { reconcileRun } from '../../operations/reconcile-run.ts';
import type { ProcessProbe } from '../../operations/sessions.ts';
import type { GitOptions } from '../../platform/git.ts';
import { isActive } from '../../run/run-state.ts';
import {
  type FirstCall,
  type WritingSpan,
  writingSpans,
} from '../../run/snapshots/writing-spans.ts';
import { loadRun, type RunHandle } from '../../store/run-handle.ts';
import { listRuns } from '../../store/run-index.ts';
import { type RunPaths, runPaths } from '../../store/run-paths.ts';
import { readSnapshots } from './snapshot-ref.ts';

interface Shared extends GitOptions {
  /** The working tree that the runs share, absolute. */
  checkout: string;
  /** Runs that had ended before do not count. */
  since: string;
  host: ProcessProbe;
  firstCall?: FirstCall | undefined;
}

/**
 * The spans of the agents of all other runs in a checkout, with `<run-id>/<task-id>` as the task. A run
 * that cannot be read may have changed everything, and is named by its id alone.
 */
export async function spansOfOtherRuns(
  { root, run }: Pick<RunPaths, 'root' | 'run'>,
  shared: Shared,
): Promise<WritingSpan[]> {
  const others = listRuns(root).filter((id) => id !== run);
  const spans = await Promise.all(others.map((id) => spansOf(runPaths(root, id), shared)));
  return spans.flat();
}

async function spansOf(
  paths: RunPaths,
  { checkout, since, host, firstCall, ...options }: Shared,
): Promise<WritingSpan[]> {
  const known = read(paths);
  if (!known) return isChangedSince(paths, since) ? [unknownSpan(paths.run, since)] : [];
  const state = reconcileRun(known.state, host);
  if (known.state.lastEventAt < since && !isActive(state)) return [];
  const spans = writingSpans(state, firstCall).filter(
    ({ until }) => until === null || until > since,
  );
  if (spans.length === 0) return [];
  const path =
    state.supervision.options?.checkout ?? (await readSnapshots(paths, options)).log.checkout;
  return path === checkout
    ? spans.map((span) => ({ ...span, task: `${paths.run}/${span.task}` }))
    : [];
}

function read(paths: RunPaths): RunHandle | null {
  try {
    return loadRun(paths);
  } catch {
    return null;
  }
}

function isChangedSince({ ledger }: RunPaths, since: string): boolean {
  const stats = statSync(ledger, { throwIfNoEntry: false });
  return stats !== undefined && stats.mtimeMs >= Date.parse(since);
}

function unknownSpan(run: string, since: string): WritingSpan {
  return { task: run, launchedAt: since, from: since, until: null, evidence: null };
}
