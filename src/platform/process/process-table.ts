import { readdirSync, readFileSync } from 'node:fs';
import { ps, readProcessStat } from './process-stat.ts';

export interface ProcessRow {
  pid: number;
  parent: number;
  group: number;
  /** `NAME=value` strings, each terminated by a NUL; null if the system does not show them. */
  environment: string | null;
}

/**
 * The processes that are running, without those that have ended but whose parent has not waited for
 * them yet.
 * @throws when the system cannot be asked, for example for lack of a file descriptor
 */
export function readProcessTable(): ProcessRow[] {
  return process.platform === 'linux' ? readFromProc() : readFromPs();
}

/**
 * Whether some process was started with a matching command line.
 * @param pattern matched with the program and its arguments, separated by spaces
 * @returns false, too, when the system does not say
 */
export function isCommandRunning(pattern: RegExp): boolean {
  try {
    const commands =
      process.platform === 'linux'
        ? idsInProc().map(readCommand)
        : ps('-A', '-o', 'command=').split('\n');
    return commands.some((command) => pattern.test(command));
  } catch {
    return false;
  }
}

function idsInProc(): number[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? Number(name) : []));
}

/** @returns an empty text for a process that has ended */
function readCommand(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

function readFromProc(): ProcessRow[] {
  return idsInProc().flatMap((pid) => {
    const stat = readProcessStat(pid);
    return stat
      ? [{ pid, parent: stat.parent, group: stat.group, environment: readEnvironment(pid) }]
      : [];
  });
}

/** @returns null for a process of another user */
function readEnvironment(pid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return null;
  }
}

function readFromPs(): ProcessRow[] {
  const table = ps('-A', '-o', 'pid=,ppid=,pgid=,stat=');
  return table.split('\n').flatMap((line) => {
    const [pid, parent, group, state] = line.trim().split(/\s+/);
    if (!pid || state?.startsWith('Z')) return [];
    return [{ pid: Number(pid), parent: Number(parent), group: Number(group), environment: null }];
  });
}
