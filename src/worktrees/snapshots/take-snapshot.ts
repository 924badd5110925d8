import { EXIT, SwarmError } from '../../errors/swarm-error.ts';
import type { GitOptions } from '../../platform/git.ts';
import type { RunState } from '../../run/run-state.ts';
import type { Snapshot } from '../../run/snapshots/snapshot.ts';
import { isSnapshotDue, mayWrite, writingSpans } from '../../run/snapshots/writing-spans.ts';
import type { Host } from '../../store/host.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import { readContent } from './read-content.ts';
import { isRepository, readSnapshots, writeSnapshots } from './snapshot-ref.ts';
import { withTemporaryIndex } from './temporary-index.ts';

export interface SnapshotOptions extends GitOptions {
  host: Pick<Host, 'now'>;
  /** The top directory of the working tree that the tasks share; by default, as before. */
  checkout?: string;
  /** Takes one even if no attempt has begun or ended since the last. */
  isForced?: boolean;
}

/** How often it is tried, while other processes take snapshots too. */
const TRIES = 3;

/**
 * Takes a snapshot of a run's checkout if one is due. Nothing in the checkout, its index or its
 * branches changes.
 * @returns the latest snapshot; null if there is none, because git does not manage the files
 * @throws {SwarmError} if git refuses
 */
export async function takeSnapshot(
  run: RunHandle,
  { host, checkout, isForced = false, ...options }: SnapshotOptions,
): Promise<Snapshot | null> {
  let refusal: string | null = null;
  for (let tries = 0; tries < TRIES; tries++) {
    const { id, log } = await readSnapshots(run.paths, options);
    const path = checkout ?? log.checkout;
    const last = log.snapshots.at(-1) ?? null;
    if (!isRepository(path)) return last;
    if (!isForced && !isSnapshotDue(writingSpans(run.state), last)) return last;
    const taken = await readCheckout(path, host, options);
    const snapshots = [...log.snapshots, taken];
    const next = { version: 1 as const, checkout: path, snapshots };
    refusal = await writeSnapshots(run.paths, { id, log: next }, options);
    if (refusal === null) return taken;
  }
  throw new SwarmError(`a snapshot of ${run.paths.root} was lost: ${refusal}`, EXIT.notCompleted);
}

/** Writes the files of a checkout as a git tree, which nothing refers to yet. */
export async function readCheckout(
  path: string,
  host: Pick<Host, 'now'>,
  options: GitOptions,
): Promise<Snapshot> {
  const from = host.now();
  const content = await withTemporaryIndex(path, options, (temporary) =>
    readContent(path, temporary),
  );
  return { from, until: host.now(), ...content };
}

/** Whether any task of a run may change files of the checkout. */
export function isAnyWriting({ tasks }: RunState): boolean {
  return [...tasks.values()].some(({ plan }) => mayWrite(plan));
}
