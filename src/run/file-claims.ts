import { globsOverlap, readGlob } from '../plan/glob-overlap.ts';
import { isTemporaryPath } from '../text/temporary-path.ts';
import { isAtWork } from './attempt.ts';
import type { RunState } from './run-state.ts';

/** Why a change of a file is more than a task's own affair. */
export type EditFinding =
  /** Another task at work claims the file by this glob. */
  | { kind: 'claimed'; by: string; glob: string }
  /** The files of runs are written by `swarm` alone. */
  | { kind: 'bookkeeping' }
  /** The task says what it writes, and this file is not among it. */
  | { kind: 'outside' };

/**
 * Judges the change of a file by an agent. A task without `writes` claims nothing and has nothing
 * outside of it; temporary files are nobody's.
 * @param path from the root of the working tree; absolute outside of the repository
 */
export function judgeEdit(state: RunState, task: string, path: string): EditFinding | null {
  if (path.split('/')[0] === '.swarm') return { kind: 'bookkeeping' };
  const own = state.tasks.get(task)?.plan.writes ?? [];
  if (isWrite(own, path)) return null;
  for (const [id, { plan, attempts }] of state.tasks) {
    const latest = attempts.at(-1);
    if (id === task || !latest || !isAtWork(latest)) continue;
    const glob = plan.writes.find((claim) => matches(claim, path));
    if (glob !== undefined) return { kind: 'claimed', by: id, glob };
  }
  return own.length > 0 && !isTemporaryPath(path) ? { kind: 'outside' } : null;
}

/** Whether a file is among what a task said it would write. @param path as in {@link judgeEdit} */
export function isWrite(writes: readonly string[], path: string): boolean {
  return writes.some((glob) => matches(glob, path));
}

/** By the reading that also checks plans: a name such as `[slug]` matches itself. */
function matches(glob: string, path: string): boolean {
  return !path.startsWith('/') && globsOverlap(readGlob(glob), [path.split('/')]);
}
