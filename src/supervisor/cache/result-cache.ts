import { join } from 'node:path';
import type { Report, TaskKey } from '../../ledger/events.ts';
import type { GitOptions } from '../../platform/git.ts';
import { readRegularFile } from '../../platform/regular-file.ts';
import { sha256 } from '../../platform/sha256.ts';
import { decidingAttempt } from '../../run/attempt.ts';
import { cacheKeyText, describeDifference } from '../../run/cache-key.ts';
import { taskStatuses } from '../../run/task-status.ts';
import { loadRun, type RunHandle } from '../../store/run-handle.ts';
import { listRuns } from '../../store/run-index.ts';
import { runPaths } from '../../store/run-paths.ts';
import { plural } from '../../text/format.ts';
import { changedSince } from '../../worktrees/snapshots/changed-since.ts';

/** A report of an earlier run. */
interface KeptReport {
  /** The run in which it was written. */
  run: string;
  text: string;
  abstract: string;
}

/** The reports of earlier runs, by cache key. */
export interface ResultCache {
  /** @returns null if there is none, or its file or the files of its task were changed since */
  find(key: TaskKey): KeptReport | null;
  /** Why a task cannot reuse its report from the latest run that has one; null if none has. */
  explainMiss(task: string, key: TaskKey): string | null;
}

interface Entry {
  run: string;
  /** The branch with the task's unmerged changes; null if there is none. */
  branch: string | null;
  /** The run in which it was written; others may hold copies. */
  origin: string;
  task: string;
  /** Files that its task changed and that are no longer as `origin` left them. */
  changedSince: readonly string[];
  key: TaskKey;
  report: Report;
  abstract: string;
}

/** Only this many of the newest runs are searched. */
const RUNS = 50;

/**
 * @param checkout in which the tasks of the run work; absolute
 * @throws {SwarmError} if git cannot compare its files with what earlier runs left
 */
export async function loadResultCache(
  run: RunHandle,
  checkout: string,
  options?: GitOptions,
): Promise<ResultCache> {
  const { root } = run.paths;
  const byKey = new Map<string, Entry>();
  const byTask = new Map<string, Entry>();
  const earlier = listRuns(root).filter((id) => id !== run.paths.run);
  for (const id of earlier.slice(-RUNS)) {
    for (const entry of entriesOf(root, id)) {
      byKey.set(cacheKeyText(entry.key), entry);
      byTask.set(entry.task, entry);
    }
  }
  const wanted = [...byKey.values()].filter(({ task }) => run.state.tasks.has(task));
  await compareFiles(root, wanted, checkout, options);
  return {
    find: (key) => readKept(root, byKey.get(cacheKeyText(key))),
    explainMiss(task, key) {
      const latest = byTask.get(task);
      if (!latest) return null;
      if (latest.branch) return `its changes are still on the branch ${latest.branch}`;
      const changed = describeDifference(latest.key, key);
      const [file, ...others] = latest.changedSince;
      if (file && changed.length === 0) {
        const rest = others.length > 0 ? ` and ${plural(others.length, 'more file')}` : '';
        const are = others.length > 0 ? 'are no longer as they were' : 'is no longer as it was';
        return `${file}${rest} ${are} at the end of run ${latest.origin}`;
      }
      const why = changed.length > 0 ? `${changed.join(' and ')} changed` : 'its report changed';
      return `${why} since run ${latest.run}`;
    },
  };
}

/** Finds the files of each report's task that somebody put back, removed or changed since. */
async function compareFiles(
  root: string,
  entries: readonly Entry[],
  checkout: string,
  options?: GitOptions,
): Promise<void> {
  const kept = entries.filter(({ branch }) => branch === null);
  for (const origin of new Set(kept.map((entry) => entry.origin))) {
    const run = loadIfReadable(root, origin);
    if (!run) continue;
    const theirs = kept.filter((entry) => entry.origin === origin);
    const tasks = theirs.map(({ task }) => task);
    const changed = await changedSince(run, tasks, checkout, options);
    for (const entry of theirs) entry.changedSince = changed.get(entry.task) ?? [];
  }
}

function entriesOf(root: string, id: string): Entry[] {
  const run = loadIfReadable(root, id);
  if (!run) return [];
  const statuses = taskStatuses(run.state);
  return [...run.state.tasks].flatMap(([task, { attempts }]): Entry[] => {
    const attempt = decidingAttempt(attempts);
    // A report from a gate only describes what is left to do.
    // Nor does one of a worker that was refused its tools: they may be allowed by now.
    if (attempt?.worker?.deniedTools.length) return [];
    if (!attempt?.key || !attempt.report || statuses.get(task) !== 'completed') return [];
    const { key, report, abstract } = attempt;
    const origin = attempt.reusedFrom ?? id;
    const branch = run.state.worktrees.get(task)?.branch ?? null;
    const known = { run: id, origin, task, branch, changedSince: [] };
    return [{ ...known, key, report, abstract: abstract ?? '' }];
  });
}

/** `swarm doctor` reports unreadable runs. */
function loadIfReadable(root: string, id: string): RunHandle | null {
  try {
    return loadRun(runPaths(root, id));
  } catch {
    return null;
  }
}

function readKept(root: string, entry: Entry | undefined): KeptReport | null {
  if (!entry || entry.branch || entry.changedSince.length > 0) return null;
  const { run, origin, report, abstract } = entry;
  try {
    const text = readRegularFile(join(runPaths(root, run).dir, report.path));
    return sha256(text) === report.sha256 ? { run: origin, text, abstract } : null;
  } catch {
    return null;
  }
}
