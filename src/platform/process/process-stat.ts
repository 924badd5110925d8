import { readFileSync } from 'node:fs';

/** A process as Linux describes it. */
export interface ProcessStat {
  parent: number;
  group: number;
  /** In ticks since the system started. */
  startedAt: string;
}

/**
 * Reads `/proc/<pid>/stat`, which only Linux has.
 * @returns null when the process has ended, even if its parent has not waited for it yet
 */
export function readProcessStat(pid: number): ProcessStat | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is a name in parentheses that may contain anything, even parentheses.
    const [state, parent, group, ...others] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z' || state === 'X') return null;
    return { parent: Number(parent), group: Number(group), startedAt: others[16] ?? '' };
  } catch {
    return null;
  }
}

/**
 * Asks `ps`, for systems other than Linux.
 * @throws when it exits with an error, for example because there is no such process
 */
export function ps(...args: readonly string[]): string {
  // Most hooks take less time than loading this module does, and Linux does not need it.
  const { execFileSync } = process.getBuiltinModule('node:child_process');
  return execFileSync('ps', args, { encoding: 'utf8' });
}
