import { isWrite } from '../plan/glob-overlap.ts';
import { isTemporaryPath } from '../text/temporary-path.ts';
import { type Attempt, isRunning } from './attempt.ts';
import type { RunState } from './run-state.ts';

/** The user's directory with the approvals of all runs, and what is in it. */
export const APPROVALS = /(?:^|\/)(?:state\/swarm-parallel|swarm-parallel\/approvals)(?:\/|$)/;

/** The file with the token of the user's hub. */
export const HUB_TOKEN = /(?:^|\/)swarm-parallel\/hub\/token$/;

/** The directory of an attempt for its notes and temporary files, relative to that of its run. */
export function scratchName({ task, number }: Pick<Attempt, 'task' | 'number'>): string {
  return `scratch/${task}.${number}`;
}

/**
 * Whether a file is in the attempt's own directory for notes and temporary files.
 * @param path relative to the root of the working tree, without symbolic links
 */
export function isInScratch({ opened }: RunState, attempt: Attempt, path: string): boolean {
  return path.startsWith(`.swarm/runs/${opened.run}/${scratchName(attempt)}/`);
}

/** Why a task's change of a file concerns others. */
export type EditIssue =
  /** Another running task claims the file with this glob. */
  | { kind: 'claimed'; by: string; glob: string }
  /** The file belongs to a run or is an approval, and only `swarm` writes those. */
  | { kind: 'bookkeeping' }
  /** The task declares `writes`, and the file is not among them. */
  | { kind: 'outside' };

/**
 * Classifies the change of a file by an agent. For a task without `writes` no file is undeclared;
 * temporary files belong to nobody.
 * @param path relative to the root of the working tree; absolute outside the repository
 * @returns null if the change concerns nobody else
 */
export function classifyEdit(state: RunState, attempt: Attempt, path: string): EditIssue | null {
  const { task } = attempt;
  if (isInScratch(state, attempt, path)) return null;
  if (path.split('/')[0] === '.swarm' || APPROVALS.test(path)) return { kind: 'bookkeeping' };
  const own = state.tasks.get(task)?.plan.writes ?? [];
  if (isWrite(own, path)) return null;
  for (const [id, { plan, attempts }] of state.tasks) {
    const latest = attempts.at(-1);
    if (id === task || !latest || !isRunning(latest)) continue;
    const glob = plan.writes.find((claim) => isWrite([claim], path));
    if (glob !== undefined) return { kind: 'claimed', by: id, glob };
  }
  return own.length > 0 && !isTemporaryPath(path) ? { kind: 'outside' } : null;
}

/** Whether an attempt may be changing files now: its task declares some, and its checks do not run. */
export function isWriting({ tasks }: RunState, attempt: Attempt): boolean {
  const writes = tasks.get(attempt.task)?.plan.writes ?? [];
  return writes.length > 0 && isRunning(attempt) && attempt.checks.runningSince === null;
}
