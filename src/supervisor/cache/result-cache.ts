import { join } from 'node:path';
import type { Report, TaskKey } from '../../ledger/events.ts';
import { readRegularFile } from '../../platform/regular-file.ts';
import { sha256 } from '../../platform/sha256.ts';
import { decidingAttempt } from '../../run/attempt.ts';
import { cacheKeyText, describeDifference } from '../../run/cache-key.ts';
import { taskStatuses } from '../../run/task-status.ts';
import { loadRun, type RunHandle } from '../../store/run-handle.ts';
import { listRuns } from '../../store/run-index.ts';
import { runPaths } from '../../store/run-paths.ts';

/** A report of an earlier run. */
interface KeptReport {
  /** The run in which it was written. */
  run: string;
  text: string;
  abstract: string;
}

/** The reports of earlier runs, by cache key. */
export interface ResultCache {
  /** @returns null if there is none, or its file was changed since */
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
  key: TaskKey;
  report: Report;
  abstract: string;
}

/** Only this many of the newest runs are searched. */
const RUNS = 50;

export function loadResultCache(run: RunHandle): ResultCache {
  const { root } = run.paths;
  const byKey = new Map<string, Entry>();
  const byTask = new Map<string, Entry>();
  const earlier = listRuns(root).filter((id) => id !== run.paths.run);
  for (const id of earlier.slice(-RUNS)) {
    for (const [task, entry] of entriesOf(root, id)) {
      byKey.set(cacheKeyText(entry.key), entry);
      byTask.set(task, entry);
    }
  }
  return {
    find: (key) => readKept(root, byKey.get(cacheKeyText(key))),
    explainMiss(task, key) {
      const latest = byTask.get(task);
      if (!latest) return null;
      if (latest.branch) return `its changes are still on the branch ${latest.branch}`;
      const changed = describeDifference(latest.key, key);
      const why = changed.length > 0 ? `${changed.join(' and ')} changed` : 'its report changed';
      return `${why} since run ${latest.run}`;
    },
  };
}

function entriesOf(root: string, id: string): [string, Entry][] {
  let run: RunHandle;
  try {
    run = loadRun(runPaths(root, id));
  } catch {
    // `swarm doctor` reports unreadable runs.
    return [];
  }
  const statuses = taskStatuses(run.state);
  return [...run.state.tasks].flatMap(([task, { attempts }]): [string, Entry][] => {
    const attempt = decidingAttempt(attempts);
    // A report from a gate only describes what is left to do.
    // Nor does one of a worker that was refused its tools: they may be allowed by now.
    if (attempt?.worker?.deniedTools.length) return [];
    if (!attempt?.key || !attempt.report || statuses.get(task) !== 'completed') return [];
    const { key, report, abstract } = attempt;
    const origin = attempt.reusedFrom ?? id;
    const branch = run.state.worktrees.get(task)?.branch ?? null;
    return [[task, { run: id, origin, branch, key, report, abstract: abstract ?? '' }]];
  });
}

function readKept(root: string, entry: Entry | undefined): KeptReport | null {
  if (!entry || entry.branch) return null;
  const { run, origin, report, abstract } = entry;
  try {
    const text = readRegularFile(join(runPaths(root, run).dir, report.path));
    return sha256(text) === report.sha256 ? { run: origin, text, abstract } : null;
  } catch {
    return null;
  }
}
