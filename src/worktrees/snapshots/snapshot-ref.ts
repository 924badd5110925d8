import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { SwarmError } from '../../errors/swarm-error.ts';
import { type GitOptions, git, gitOrThrow } from '../../platform/git.ts';
import { type SnapshotLog, snapshotLog } from '../../run/snapshots/snapshot.ts';
import type { RunPaths } from '../../store/run-paths.ts';
import { hashObject } from './hash-object.ts';

const REFS = 'refs/swarm';
const LOG = 'log.json';

/**
 * The ref that holds the snapshots of a run: a tree with the tree of each snapshot, by number, and a
 * log. No history leads to it, so `git log --all` does not show it.
 */
function snapshotRef(run: string): string {
  return `${REFS}/${run}/snapshots`;
}

export interface StoredLog {
  /** What the ref points to; empty if there is none. */
  id: string;
  log: SnapshotLog;
}

/** Reads the snapshots of a run; none outside of git. */
export async function readSnapshots(
  { root, run }: Pick<RunPaths, 'root' | 'run'>,
  options?: GitOptions,
): Promise<StoredLog> {
  const log: SnapshotLog = { version: 1, checkout: root, snapshots: [] };
  if (!isRepository(root)) return { id: '', log };
  const ref = await git(root, ['rev-parse', '--verify', '--quiet', snapshotRef(run)], options);
  if (ref.code !== 0) return { id: '', log };
  const id = ref.stdout.trim();
  const text = await gitOrThrow(root, ['cat-file', 'blob', `${id}:${LOG}`], options);
  return { id, log: snapshotLog.parse(JSON.parse(text)) };
}

/**
 * Replaces the snapshots of a run, unless another process did since they were read.
 * @returns null if they were replaced, else why not
 */
export async function writeSnapshots(
  { root, run }: Pick<RunPaths, 'root' | 'run'>,
  { id, log }: StoredLog,
  options?: GitOptions,
): Promise<string | null> {
  const text = JSON.stringify(log);
  const blob = hashObject('blob', Buffer.from(text), log.snapshots[0]?.tree ?? '');
  const entries = log.snapshots.map(
    ({ tree }, index) => `040000 tree ${tree}\t${String(index + 1).padStart(4, '0')}`,
  );
  const input = [...entries, `100644 blob ${blob}\t${LOG}`].join('\n');
  const [tree] = await Promise.all([
    gitOrThrow(root, ['mktree', '--missing'], { ...options, input: `${input}\n` }),
    gitOrThrow(root, ['hash-object', '-w', '--stdin'], { ...options, input: text }),
  ]);
  const update = await git(root, ['update-ref', snapshotRef(run), tree ?? '', id], options);
  return update.code === 0 ? null : update.stderr.trim();
}

/** Deletes the snapshots of a run. Git frees their space when it next collects garbage. */
export async function removeSnapshots({
  root,
  run,
}: Pick<RunPaths, 'root' | 'run'>): Promise<void> {
  if (isRepository(root)) await git(root, ['update-ref', '-d', snapshotRef(run)]);
}

/** The runs that have snapshots. */
export async function runsWithSnapshots(root: string): Promise<string[]> {
  if (!isRepository(root)) return [];
  const args = ['for-each-ref', '--format=%(refname)', REFS];
  const refs = (await gitOrThrow(root, args)).split('\n');
  return refs.flatMap((ref) => /^refs\/swarm\/([^/]+)\/snapshots$/.exec(ref)?.[1] ?? []);
}

/** Whether git manages the files below a directory that is the top of a working tree. */
export function isRepository(path: string): boolean {
  const dotGit = join(path, '.git');
  const kind = statSync(dotGit, { throwIfNoEntry: false });
  return kind?.isFile() === true || existsSync(join(dotGit, 'HEAD'));
}

/** @throws {SwarmError} if there can be no snapshots, because git does not manage the files */
export function assertInGit(checkout: string): void {
  if (isRepository(checkout)) return;
  throw new SwarmError(`${checkout} is not a git repository, so there are no snapshots of it`);
}
