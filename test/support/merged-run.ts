import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RunOpened, WorkerOptions } from '../../src/ledger/events.ts';
import type { Task } from '../../src/plan/plan-schema.ts';
import { identifyProcess } from '../../src/platform/process/process-identity.ts';
import { loadRun, type RunHandle } from '../../src/store/run-handle.ts';
import { mergeEndedRun } from '../../src/supervisor/merge/merge-ended-run.ts';
import { mergeResult } from '../../src/supervisor/merge/merge-result.ts';
import type { MergeOptions } from '../../src/supervisor/merge/merging.ts';
import type { MergeResult } from '../../src/view/results.ts';
import { createWorktree } from '../../src/worktrees/create-worktree.ts';
import { hostAt } from './host.ts';
import { at, completes, makeTask, opened } from './run-events.ts';
import { append, storeRun } from './stored-run.ts';
import { makeTempRepo, type TempDir } from './temp-dir.ts';

/** The files that a task writes into its worktree; null deletes one. */
type Work = Readonly<Record<string, string | null>>;

export interface WorkedTask extends Partial<Task> {
  id: string;
  /** Null for a task that did not complete. */
  work: Work | null;
}

/** A run of which every task has ended, with real worktrees. */
export interface WorkedRun extends AsyncDisposable {
  repo: TempDir;
  run: RunHandle;
  /** Merges as `swarm merge` does, in a process that has just begun. */
  merge(options?: Partial<MergeOptions>): Promise<MergeResult>;
}

const OPTIONS: WorkerOptions = {
  model: null,
  permissionMode: null,
  allowedTools: [],
  budgetUsd: null,
  budgetTokens: null,
  fresh: false,
  worktrees: true,
  merge: false,
  checkout: null,
  queue: null,
};

/** @param prepare gets the repository before the run */
export async function makeWorkedRun(
  tasks: readonly WorkedTask[],
  more: Partial<RunOpened> = {},
  prepare: (path: string) => Promise<void> | void = () => {},
): Promise<WorkedRun> {
  const repo = await makeTempRepo();
  await prepare(repo.path);
  const plans = tasks.map(({ work: _, ...task }) => makeTask(task.id, { writes: ['**'], ...task }));
  const run = storeRun(repo.path, [opened(plans, { session: null, ...more })]);
  const host = hostAt(repo.path, at(50));
  const supervisor = { id: 'first', process: identifyProcess(process.pid) };
  append(run.paths, {
    ...{ event: 'supervisor.started', at: at(1), supervisor: 'first', replaces: null },
    ...{ process: supervisor.process, maxParallel: 4, options: OPTIONS },
  } as const);
  for (const { id, work } of tasks) {
    const current = loadRun(run.paths);
    const path = await createWorktree(current, id, { checkout: repo.path, host });
    for (const [name, content] of Object.entries(work ?? {})) writeWork(path, name, content);
    if (work) append(run.paths, ...completes(id));
    else append(run.paths, { event: 'cancel.requested', at: at(40), task: id });
  }
  append(run.paths, {
    event: 'supervisor.ended',
    at: at(45),
    supervisor: 'first',
    reason: 'ended',
  });
  return {
    repo,
    run: loadRun(run.paths),
    merge: (options = {}) => mergeOnce(run, options),
    [Symbol.asyncDispose]: () => repo.remove(),
  };
}

function writeWork(path: string, name: string, content: string | null): void {
  mkdirSync(dirname(join(path, name)), { recursive: true });
  writeFileSync(join(path, name), content ?? '');
}

async function mergeOnce(
  { paths }: RunHandle,
  options: Partial<MergeOptions>,
): Promise<MergeResult> {
  const run = loadRun(paths);
  const host = hostAt(paths.root, at(100), { isAlive: () => false });
  const supervisor = { id: `merge-${run.size}`, process: identifyProcess(process.pid) };
  const env = { PATH: process.env.PATH };
  const signal = new AbortController().signal;
  const end = await mergeEndedRun(run, supervisor, { host, env, signal, ...options });
  return mergeResult(run, end, env);
}
