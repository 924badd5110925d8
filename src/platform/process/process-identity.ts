import { ps, readProcessStat } from './process-stat.ts';

/** Identifies a process even after its id has been given to another one. */
export interface ProcessIdentity {
  pid: number;
  /** In units of the operating system; null if unknown. */
  startedAt: string | null;
}

/** The identity of a running process. If it has ended, only the id is known. */
export function identifyProcess(pid: number): ProcessIdentity {
  return { pid, startedAt: startTime(pid) };
}

/** Whether a process is still running and its id has not been given to another one. */
export function isAlive(known: ProcessIdentity): boolean {
  try {
    process.kill(known.pid, 0);
  } catch (error) {
    // A process of another user exists, but it may be one that got the id later.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return known.startedAt === null || startTime(known.pid) === known.startedAt;
}

function startTime(pid: number): string | null {
  if (process.platform === 'linux') return readProcessStat(pid)?.startedAt || null;
  try {
    return ps('-o', 'lstart=', '-p', String(pid)).trim() || null;
  } catch {
    return null;
  }
}
