import { readFileSync } from 'node:fs';
import type { ClientProcess } from '../schema/ledger-event.ts';

/** A process as it can be recognised later, when its id may belong to another. */
export function identifyProcess(pid: number): ClientProcess {
  return { pid, startedAt: startTime(pid) };
}

/** Whether a process still runs, and is not another that got its id. */
export function isAlive(known: ClientProcess): boolean {
  try {
    process.kill(known.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return known.startedAt === null || startTime(known.pid) === known.startedAt;
}

/** Linux: the 22nd field of `/proc/<pid>/stat`, in ticks since the system started. Else null. */
function startTime(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is a name in parentheses that may hold anything.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
