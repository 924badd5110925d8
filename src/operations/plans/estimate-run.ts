import type { Task } from '../../plan/plan-schema.ts';
import { planWaves } from '../../plan/waves.ts';
import { attemptStart, decidingAttempt } from '../../run/attempt.ts';
import { budgetLeft } from '../../run/budget.ts';
import { kindOf } from '../../run/cost/expected-end.ts';
import type { RunState, TaskState } from '../../run/run-state.ts';
import { isFinished, taskStatuses } from '../../run/task-status.ts';
import { usageOfTask } from '../../run/usage.ts';
import { loadRun, type RunHandle } from '../../store/run-handle.ts';
import { listRuns } from '../../store/run-index.ts';
import { runPaths } from '../../store/run-paths.ts';
import { formatDuration, plural } from '../../text/format.ts';
import { formatUsd } from '../../text/format-cost.ts';

/** Only this many of the newest runs are considered. */
const RUNS = 20;

/**
 * Estimates cost and time of the rest of a run from completed tasks with the same agent and tier in
 * earlier runs.
 * @param isFresh whether reports of earlier runs are not reused
 * @param budget of the whole run in US dollars; null for none
 * @returns a line for people; null if there is no such task, or nothing is left to do
 */
export function estimateRun(
  run: RunHandle,
  isFresh: boolean,
  budget: number | null,
): string | null {
  const statuses = taskStatuses(run.state);
  const unfinished = [...run.state.tasks.values()]
    .map(({ plan }) => plan)
    .filter(({ id }) => !isFinished(statuses.get(id) ?? 'pending'));
  const earlier = earlierTasks(run);
  const known = unfinished.filter((task) => earlier.has(kindOf(task)));
  if (known.length === 0) return null;
  const kinds = [...new Set(known.map(kindOf))];
  const base = kinds.reduce((sum, kind) => sum + (earlier.get(kind)?.length ?? 0), 0);
  const of =
    known.length < unfinished.length ? ` for ${known.length} of ${unfinished.length} tasks` : '';
  const cost = costOf(known, earlier);
  const time = formatDuration(timeOf(unfinished, earlier));
  const what = cost === null ? time : `${formatUsd(cost)} and ${time}`;
  // Whether a task is reused is known only when the tasks that it needs have ended.
  const unless = isFresh ? '' : ' if nothing is reused';
  const left = budgetLeft(run.state, budget);
  const warning =
    left !== null && cost !== null && cost > left
      ? `; that is more than the budget leaves (${formatUsd(left)}), so the run may stop before its end`
      : '';
  return `about ${what}${of}${unless}, based on ${plural(base, 'earlier task')}${warning}`;
}

/** How long tasks of each kind of a run's tasks took in earlier runs; nothing for unknown kinds. */
export function findDurations(run: RunHandle): { kind: string; meanMs: number }[] {
  const earlier = earlierTasks(run);
  const kinds = new Set([...run.state.tasks.values()].map(({ plan }) => kindOf(plan)));
  return [...kinds].flatMap((kind) => {
    const took = earlier.get(kind) ?? [];
    return took.length > 0 ? { kind, meanMs: Math.round(mean(took.map(({ time }) => time))) } : [];
  });
}

/** What a task took: US dollars, null if unknown, and milliseconds. */
interface Took {
  cost: number | null;
  time: number;
}

type Earlier = ReadonlyMap<string, readonly Took[]>;

/** @returns US dollars; null if the cost of no such task is known */
function costOf(tasks: readonly Task[], earlier: Earlier): number | null {
  const means = tasks.flatMap((task) => {
    const costs = (earlier.get(kindOf(task)) ?? []).flatMap(({ cost }) => cost ?? []);
    return costs.length > 0 ? mean(costs) : [];
  });
  return means.length > 0 ? means.reduce((sum, cost) => sum + cost, 0) : null;
}

/** The longest task of each wave, one after the other; milliseconds. */
function timeOf(tasks: readonly Task[], earlier: Earlier): number {
  const ids = new Set(tasks.map(({ id }) => id));
  const left = tasks.map((task) => ({
    ...task,
    needs: task.needs.filter((need) => ids.has(need)),
  }));
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const meanOf = (id: string) => {
    const task = byId.get(id);
    const took = task ? (earlier.get(kindOf(task)) ?? []) : [];
    return took.length > 0 ? mean(took.map(({ time }) => time)) : 0;
  };
  return planWaves(left).reduce((sum, wave) => sum + Math.max(...wave.map(meanOf)), 0);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function earlierTasks(run: RunHandle): Map<string, Took[]> {
  const found = new Map<string, Took[]>();
  const earlier = listRuns(run.paths.root).filter((id) => id !== run.paths.run);
  for (const id of earlier.slice(-RUNS)) {
    for (const task of completedTasks(run.paths.root, id)) {
      const kind = kindOf(task.plan);
      found.set(kind, [...(found.get(kind) ?? []), ...tookOf(task)]);
    }
  }
  return new Map([...found].filter(([, took]) => took.length > 0));
}

function completedTasks(root: string, id: string): TaskState[] {
  let state: RunState;
  try {
    state = loadRun(runPaths(root, id)).state;
  } catch {
    // `swarm doctor` reports unreadable runs.
    return [];
  }
  const statuses = taskStatuses(state);
  return [...state.tasks.values()].filter(({ plan }) => statuses.get(plan.id) === 'completed');
}

/** Nothing for a report that was reused. */
function tookOf(task: TaskState): Took[] {
  const attempt = decidingAttempt(task.attempts);
  if (!attempt?.end || attempt.reusedFrom) return [];
  const time = Date.parse(attempt.end.at) - Date.parse(attemptStart(attempt));
  return [{ cost: usageOfTask(task)?.costUsd ?? null, time }];
}
