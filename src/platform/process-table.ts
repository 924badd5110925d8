import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessRow {
  pid: number;
  parent: number;
  group: number;
  /** `NAME=value` of its environment; null where the system does not tell. */
  environment: string | null;
}

/** The processes that run now, without those that have ended and wait for their parent. */
export function readProcessTable(): ProcessRow[] {
  return process.platform === 'linux' ? readProc() : askPs();
}

function readProc(): ProcessRow[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      // The second field is a name in parentheses that may hold anything.
      const [state, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (state === 'Z' || state === 'X') return [];
      const row = { pid: Number(name), parent: Number(parent), group: Number(group) };
      return [{ ...row, environment: readEnvironment(name) }];
    } catch {
      return [];
    }
  });
}

/** That of another user's process cannot be read. */
function readEnvironment(pid: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return null;
  }
}

function askPs(): ProcessRow[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,pgid=,stat='], { encoding: 'utf8' });
  return table.split('\n').flatMap((line) => {
    const [pid, parent, group, state] = line.trim().split(/\s+/);
    if (!pid || state?.startsWith('Z')) return [];
    return [{ pid: Number(pid), parent: Number(parent), group: Number(group), environment: null }];
  });
}
