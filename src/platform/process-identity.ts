import { readFileSync } from 'node:fs';

/** Identifies a process even after its id has been given to another one. */
export interface ProcessIdentity {
  pid: number;
  /** In units of the operating system; null where it does not say. */
  startedAt: string | null;
}

/** A process as it can be recognised later, when its id may belong to another. */
export function identifyProcess(pid: number): ProcessIdentity {
  return { pid, startedAt: startTime(pid) };
}

/** Whether a process still runs, and is not another that got its id. */
export function isAlive(known: ProcessIdentity): boolean {
  try {
    process.kill(known.pid, 0);
  } catch (error) {
    // One of another user is there, and may have got the id of ours.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return known.startedAt === null || startTime(known.pid) === known.startedAt;
}

/**
 * Linux: the 22nd field of `/proc/<pid>/stat`, in ticks since the system started. Elsewhere what
 * `ps` says. Null for a process that has ended, also while its parent has not taken note of it.
 */
function startTime(pid: number): string | null {
  try {
    if (process.platform !== 'linux') return askPs(pid);
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is a name in parentheses that may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

function askPs(pid: number): string | null {
  const args = ['-o', 'lstart=', '-p', String(pid)];
  // Loading the module takes longer than most hooks need, and on Linux none needs it.
  const { execFileSync } = process.getBuiltinModule('node:child_process');
  return execFileSync('ps', args, { encoding: 'utf8' }).trim() || null;
}
