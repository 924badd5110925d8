import { readdirSync, readFileSync } from 'node:fs';

/** What a process has used so far, by the counters of `/proc`. */
interface Use {
  /** CPU time of all threads, from the scheduler's own count. */
  cpuMs: number;
  /** CPU time as `ps` counts it. */
  ticks: number;
  wakeUps: number;
  resident: string;
  peak: string;
}

export function readUse(pid: number | undefined): Use {
  const process = `/proc/${pid}`;
  const threads = readdirSync(`${process}/task`).map((id) => `${process}/task/${id}`);
  const sum = (read: (thread: string) => number) =>
    threads.reduce((total, thread) => total + read(thread), 0);
  const status = (path: string, field: string) =>
    new RegExp(`^${field}:\\s+(.+)$`, 'm').exec(readFileSync(`${path}/status`, 'utf8'))?.[1] ?? '';
  // The name in the second field may hold blanks; behind its bracket come state and the counters.
  const stat = readFileSync(`${process}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return {
    cpuMs: sum((thread) => Number(readFileSync(`${thread}/schedstat`, 'utf8').split(' ')[0])) / 1e6,
    ticks: Number(stat[11]) + Number(stat[12]),
    wakeUps: sum((thread) => Number(status(thread, 'voluntary_ctxt_switches'))),
    resident: toMegabytes(status(process, 'VmRSS')),
    peak: toMegabytes(status(process, 'VmHWM')),
  };
}

/** Empty of a process that has ended and waits for its parent: it has no memory any more. */
function toMegabytes(kilobytes: string): string {
  if (kilobytes === '') return '';
  return `${(Number.parseInt(kilobytes, 10) / 1_024).toFixed(0)} MB`;
}
