import { existsSync } from 'node:fs';
import { EXIT, SwarmError } from '../../errors/swarm-error.ts';
import { type GitOptions, gitOrThrow } from '../../platform/git.ts';
import { mergeOrder, resolutions } from '../../run/merge/merge-order.ts';
import { branchOf } from '../../run/worktree-state.ts';
import type { Host } from '../../store/host.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import { worktreePath } from '../../store/run-paths.ts';
import { commitWork } from '../commits/commit-work.ts';
import { contentTree } from '../commits/content-tree.ts';
import { anonymousCommit } from '../commits/create-commit.ts';
import { isAncestor, treeOf } from '../commits/refs.ts';

/** The commit of each task that has changes, in the order of a merge; null if there is none. */
export type MergeSources = ReadonlyMap<string, string | null>;

/**
 * What a merge of a run takes. Changes of completed tasks that are not committed yet are committed
 * first; where git refuses, the ledger says why.
 */
export async function commitSources(
  run: RunHandle,
  { host, ...options }: GitOptions & { host: Host },
): Promise<MergeSources> {
  for (const task of [...mergeOrder(run.state), ...resolutions(run.state).values()]) {
    if (run.state.worktrees.get(task)?.commit) continue;
    try {
      await commitWork(run, task, { host, ...options });
    } catch (error) {
      if (!(error instanceof SwarmError) || options.signal?.aborted) throw error;
    }
  }
  return readSources(run, options);
}

/**
 * The same for a preview: what is not committed yet is in a commit on no branch. Nothing that is seen
 * changes.
 */
export async function previewSources(run: RunHandle, options: GitOptions): Promise<MergeSources> {
  const sources = new Map(await readSources(run, options));
  for (const task of mergeOrder(run.state)) {
    const path = worktreePath(run.paths, task);
    const isCommitted = run.state.worktrees.get(task)?.commit != null;
    if (isCommitted || sources.has(task) || !existsSync(path)) continue;
    const tree = await contentTree(path, options);
    if (tree !== (await treeOf(path, 'HEAD', options)))
      sources.set(task, await anonymousCommit(path, { tree, parents: ['HEAD'] }, options));
  }
  // In the order of a merge.
  return new Map(
    mergeOrder(run.state).flatMap((task) => {
      const source = sources.get(task);
      return source === undefined ? [] : [[task, source] as const];
    }),
  );
}

async function readSources(run: RunHandle, options: GitOptions): Promise<MergeSources> {
  const tips = await branchTips(run, options);
  const sources = new Map<string, string | null>();
  const resolved = resolutions(run.state);
  for (const task of mergeOrder(run.state)) {
    const worktree = run.state.worktrees.get(task);
    const own = tips.get(branchOf(run.paths.run, task)) ?? worktree?.commit ?? null;
    const resolution = await resolutionOf(run, own, resolved.get(task), options);
    const tip = resolution ?? own;
    const source = worktree?.problem ? null : tip;
    // Without a change of its own there is nothing to merge.
    if (source !== worktree?.base) sources.set(task, source);
  }
  return sources;
}

/**
 * The commit that resolves the conflict of a task, if one does.
 * @param own the commit of the task; what it has got since counts more than an earlier resolution
 */
async function resolutionOf(
  { paths, state }: RunHandle,
  own: string | null,
  resolver: string | undefined,
  options: GitOptions,
): Promise<string | null> {
  const commit = state.worktrees.get(resolver ?? '')?.commit ?? null;
  if (own === null || commit === null) return null;
  return (await isAncestor(paths.root, own, commit, options)) ? commit : null;
}

async function branchTips({ paths }: RunHandle, options: GitOptions): Promise<Map<string, string>> {
  const format = '--format=%(refname:lstrip=2) %(objectname)';
  const list = ['for-each-ref', format, `refs/heads/swarm/${paths.run}/`];
  const lines = (await gitOrThrow(paths.root, list, options)).split('\n').filter(Boolean);
  return new Map(lines.map((line) => line.split(' ') as [string, string]));
}

/** The commit from which the tasks of a run began. */
export async function baseOfRun({ paths, state }: RunHandle, options: GitOptions): Promise<string> {
  const bases = [...new Set([...state.worktrees.values()].map(({ base }) => base))];
  const [first] = bases;
  if (first === undefined) {
    throw new SwarmError(`run ${paths.run} has no branches`, EXIT.notFound);
  }
  if (bases.length === 1) return first;
  return gitOrThrow(paths.root, ['merge-base', '--octopus', ...bases], options);
}
