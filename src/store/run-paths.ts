import { join } from 'node:path';

/** The absolute paths of a run's files. */
export interface RunPaths {
  root: string;
  run: string;
  dir: string;
  plan: string;
  ledger: string;
  tasks: string;
  results: string;
  /** The output of checks. */
  checks: string;
  summary: string;
  status: string;
  /** Marks the run as unfinished. */
  openMarker: string;
}

export function swarmDir(root: string): string {
  return join(root, '.swarm');
}

/** The log of hook errors. */
export function errorLog(root: string): string {
  return join(swarmDir(root), 'errors.log');
}

export function runsDir(root: string): string {
  return join(root, '.swarm', 'runs');
}

export function activeDir(root: string): string {
  return join(root, '.swarm', 'open');
}

/** @param run a valid run id; it becomes part of the paths */
export function runPaths(root: string, run: string): RunPaths {
  const dir = join(runsDir(root), run);
  return {
    root,
    run,
    dir,
    plan: join(dir, 'plan.md'),
    ledger: join(dir, 'ledger.jsonl'),
    tasks: join(dir, 'tasks'),
    results: join(dir, 'results'),
    checks: join(dir, 'checks'),
    summary: join(dir, 'SUMMARY.md'),
    status: join(dir, 'status.json'),
    openMarker: join(activeDir(root), run),
  };
}

/** Contains a directory for each run, with a git worktree for each of its tasks. */
export function worktreesDir(root: string): string {
  return join(root, '.swarm', 'worktrees');
}

/** The path of a task's git worktree, if it has one. @param task a valid task id */
export function worktreePath({ root, run }: RunPaths, task: string): string {
  return join(worktreesDir(root), run, task);
}
