import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { MAX_OBSERVED_FILES, type Usage } from '../ledger/events.ts';
import { git } from '../platform/git.ts';
import { pathInRepository } from '../platform/repository-paths.ts';
import { type Attempt, attemptStart } from '../run/attempt.ts';
import { isInScratch } from '../run/file-claims.ts';
import { commit } from '../store/commit.ts';
import type { Host } from '../store/host.ts';
import type { RunHandle } from '../store/run-handle.ts';

/** What transcript or stream show of an agent. */
export interface SeenWork {
  toolCalls: ReadonlyMap<string, number>;
  /** The files that it changed with the client's tools, as in their input. */
  files: ReadonlySet<string>;
  /** The tools that the client refused. */
  denied: ReadonlySet<string>;
  model: string | null;
  /** How many agents of its own were running when it reported. */
  openAgents: number;
  /** What an agent of a conversation used; null for a worker. */
  usage: Usage | null;
}

/**
 * Records what an agent did, without asking it. In a worktree of its own, git says which files it
 * changed. In a shared tree these are the files that it edited with the client's tools, and those of
 * its `writes` that were changed since it began, by whatever means.
 * @param place.cwd where it worked, absolute
 */
export async function observeWork(
  run: RunHandle,
  attempt: Attempt,
  { toolCalls, files, denied, model, openAgents, usage }: SeenWork,
  { cwd, host }: { cwd: string; host: Host },
): Promise<void> {
  const { root } = run.paths;
  const since = Date.parse(attemptStart(attempt));
  // An edit may have been refused.
  const edited = [...files]
    .map((file) => resolve(cwd, file))
    .filter((file) => isChangedSince(file, since))
    .map((file) => pathInRepository(root, file))
    .filter((path) => !isInScratch(run.state, attempt, path));
  const found = await changedFiles(run, attempt, cwd);
  const all = [...new Set([...edited, ...found])].sort();
  const filesChanged = all.slice(0, MAX_OBSERVED_FILES);
  const observed = {
    event: 'work.observed',
    at: host.now(),
    attempt: attempt.id,
    toolCalls: Object.fromEntries(toolCalls),
    filesChanged,
    moreFiles: all.length - filesChanged.length,
    permissionDenials: [...denied].sort(),
    ...{ model, openAgents, usage },
  } as const;
  commit(run, [observed], host);
}

/** Files that git finds changed; none outside of git. */
async function changedFiles(run: RunHandle, attempt: Attempt, cwd: string): Promise<string[]> {
  const worktree = cwd === run.paths.root ? undefined : run.state.worktrees.get(attempt.task);
  const writes = run.state.tasks.get(attempt.task)?.plan.writes ?? [];
  if (!worktree && writes.length === 0) return [];
  try {
    if (worktree) {
      const diff = ['diff', '--name-only', '-z', worktree.base];
      return [...(await list(cwd, diff)), ...(await list(cwd, UNTRACKED))];
    }
    const patterns = writes.flatMap((glob) => [`:(glob)${glob}`, `:(glob)${glob}/**`]);
    const changed = await list(cwd, [...UNTRACKED, '--modified', '--', ...patterns]);
    const since = Date.parse(attemptStart(attempt));
    return changed.filter((path) => isChangedSince(resolve(cwd, path), since));
  } catch {
    // Outside of git, or git is not installed.
    return [];
  }
}

const UNTRACKED = ['ls-files', '-z', '--others', '--exclude-standard'];

async function list(cwd: string, args: readonly string[]): Promise<string[]> {
  const { code, stdout } = await git(cwd, args);
  return code === 0 ? stdout.split('\0').filter(Boolean) : [];
}

/** File systems have coarser clocks than this one; milliseconds. */
const COARSENESS = 1_000;

/** @param since milliseconds since 1970 */
function isChangedSince(path: string, since: number): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  // A deleted file has no time.
  return stats === undefined || stats.mtimeMs >= since - COARSENESS;
}
